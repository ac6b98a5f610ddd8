// Clients on one engine for minutes, a fifth of whose requests are left early, at any moment: no answer of anybody else
// may break, and neither memory nor open files may grow, in the serving process or in those that compute.
// Usage: node chaos/soak.js [seconds] [seed]
import { setTimeout as delay } from "node:timers/promises";
import { childrenOf, openFiles, residentBytes, send, startEngineProcess } from "../bench/engine/engine-process.js";
import { seededRandom } from "./seeded-random.js";

const SECONDS = Number(process.argv[2] ?? 60);
const SEED = Number(process.argv[3] ?? 1);
const CLIENTS = 10;
const PARALLEL = 4;
const LEAVING_SHARE = 0.2;
/** Half of those who leave do it so early that hardly anything has happened. */
const EARLY_MS = 5;
const LATE_MS = 400;
/** The first part fills caches and pools; what comes after it has to be flat. */
const WARM_UP_SHARE = 0.3;
const GROWTH_LIMIT = 0.1;
/** A short run ends before the heap of the serving process has found its size. */
const FREE_GROWTH_BYTES = 25e6;
const SAMPLES = 40;

const random = seededRandom(SEED);

const whole = (limit) => Math.floor(random() * limit);
const pick = (items) => items[whole(items.length)];
const WORDS = "a server that many people ask at once has to keep every answer apart from all others".split(" ");
// Not one word again and again: the model would repeat it, and be stopped without a `done` line.
const filler = (count) => Array.from({ length: count }, () => pick(WORDS)).join(" ");
const question = () => `${filler(whole(200))} What is ${whole(50)} plus ${whole(50)}?`;
const options = () => ({ num_predict: 1 + whole(80), temperature: random(), seed: whole(1000) });
const SCHEMA = {
  type: "object",
  properties: { sum: { type: "integer" }, unit: { enum: ["none", "metre", "second"] } },
  required: ["sum", "unit"],
};

/** Kinds of requests: a path, and a body of it. */
const KINDS = [
  () => ["/api/generate", { model: "codo-tiny", prompt: question(), options: options() }],
  () => ["/api/chat", { model: "codo-tiny", messages: [{ role: "user", content: question() }], options: options() }],
  () => [
    "/api/chat",
    {
      model: "codo-tiny",
      messages: [{ role: "user", content: question() }],
      think: false,
      // A new schema each time, so that it is compiled and not remembered.
      format: { ...SCHEMA, description: String(random()) },
    },
  ],
  () => ["/api/embed", { model: "codo-tiny-embed", input: [question(), question()] }],
];

const counts = { answered: 0, repeating: 0, left: 0, broken: 0 };
const broken = [];

/** One request to its end, or to where its client leaves. */
async function visit(engine) {
  const [path, body] = pick(KINDS)();
  body.stream = path !== "/api/embed" && random() < 0.7;
  const isLeaving = random() < LEAVING_SHARE;
  const client = new AbortController();
  const timer = isLeaving
    ? setTimeout(() => client.abort(), random() * (random() < 0.5 ? EARLY_MS : LATE_MS))
    : undefined;
  try {
    const { status, text } = await send(engine, "POST", path, body, { signal: client.signal });
    if (isWhole(path, status, text)) counts.answered++;
    else if (status === 200 && repeats(text)) counts.repeating++;
    else report(`${path}: ${status} ${text.slice(-200)}`);
  } catch (error) {
    if (client.signal.aborted) counts.left++;
    else report(`${path}: ${error.message}`);
  } finally {
    clearTimeout(timer);
  }
}

function report(what) {
  counts.broken++;
  if (broken.length < 10) broken.push(what);
}

function isWhole(path, status, text) {
  if (status !== 200) return false;
  const last = JSON.parse(text.trimEnd().split("\n").at(-1));
  return path === "/api/embed" ? last.embeddings?.length === 2 : last.done === true;
}

/** A model that repeats itself is stopped after 31 equal pieces, without a `done`, as by a real server. */
function repeats(text) {
  const lines = text
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
  const said = lines.map(({ response, thinking }) => `${response ?? ""}${thinking ?? ""}`.trim());
  if (lines.length === 1) return /(\S+)(?:\s+\1){20}$/.test(said[0]);
  return new Set(said.slice(-31)).size === 1;
}

/** What the engine holds now: the serving process, and all that compute together. */
function sample(engine) {
  const children = childrenOf(engine.pid);
  return {
    servingBytes: residentBytes(engine.pid),
    computingBytes: children.reduce((sum, pid) => sum + residentBytes(pid), 0),
    files: openFiles(engine.pid) + children.reduce((sum, pid) => sum + openFiles(pid), 0),
    children: children.join(" "),
  };
}

const median = (values) => values.toSorted((a, b) => a - b)[values.length >> 1];

/** Growth from the first third after the warm-up to the last third, by their medians. */
function growth(samples, field) {
  const steady = samples.slice(Math.floor(samples.length * WARM_UP_SHARE)).map((one) => one[field]);
  const third = Math.max(1, Math.floor(steady.length / 3));
  const [from, to] = [median(steady.slice(0, third)), median(steady.slice(-third))];
  return { from, to, share: to / from - 1 };
}

const engine = await startEngineProcess({ OLLAMA_NUM_PARALLEL: String(PARALLEL), OLLAMA_KEEP_ALIVE: "-1" });
try {
  await send(engine, "POST", "/api/generate", { model: "codo-tiny" });
  await send(engine, "POST", "/api/embed", { model: "codo-tiny-embed", input: "x" });
  const end = performance.now() + SECONDS * 1000;
  const clients = Array.from({ length: CLIENTS }, async () => {
    while (performance.now() < end) await visit(engine);
  });
  const samples = [];
  while (performance.now() < end) {
    await delay((SECONDS * 1000) / SAMPLES);
    samples.push(sample(engine));
  }
  await Promise.all(clients);

  const failures = [];
  if (counts.broken > 0) failures.push(`${counts.broken} answers broke: ${broken.join("\n  ")}`);
  console.log(`${SECONDS} s, seed ${SEED}, ${CLIENTS} clients on ${PARALLEL} sequences`);
  console.log(
    `answered ${counts.answered}, given up for repeating ${counts.repeating}, left early ${counts.left}, broken ${counts.broken}`,
  );
  for (const [name, field, unit] of [
    ["memory of the serving process", "servingBytes", 1e6],
    ["memory of those that compute", "computingBytes", 1e6],
    ["open files", "files", 1],
  ]) {
    const { from, to, share } = growth(samples, field);
    const shown = `${(from / unit).toFixed(0)} → ${(to / unit).toFixed(0)}${unit === 1 ? "" : " MB"}`;
    console.log(`${name} ${shown} (${(share * 100).toFixed(1)} %)`);
    if (share > GROWTH_LIMIT && (unit === 1 || to - from > FREE_GROWTH_BYTES)) failures.push(`${name} grew: ${shown}`);
  }
  const processes = new Set(samples.map(({ children }) => children));
  if (processes.size > 1) failures.push(`processes were started again: ${[...processes].join(" | ")}`);
  if (failures.length > 0) throw new Error(failures.join("\n"));
} catch (error) {
  console.error(error.message);
  console.error(engine.stderr());
  process.exitCode = 1;
} finally {
  await engine.stop();
}
