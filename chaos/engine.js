// A thousand requests that a server does not like: aborted at any moment, malformed, or whose inference process is
// killed. Afterwards nothing may be left of them: no slots, no sequences, no memory, no files, no processes.
// Usage: node chaos/engine.js [requests] [seed]
import { rmSync } from "node:fs";
import { connect } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { childrenOf, openFiles, residentBytes, send, startEngineProcess } from "../bench/engine/engine-process.js";
import { createModelStore } from "../bench/engine/model-store.js";
import { seededRandom } from "./seeded-random.js";

const REQUESTS = Number(process.argv[2] ?? 1000);
const SEED = Number(process.argv[3] ?? 1);
const CLIENTS = 12;
const PARALLEL = 4;
const MEMORY_GROWTH_LIMIT_BYTES = 40e6;
const SETTLE_LIMIT_MS = 30_000;
const ENDLESS = fileURLToPath(new URL("../packages/test-utils/transcripts/models/tiny-endless.gguf", import.meta.url));

const random = seededRandom(SEED);
const below = (limit) => Math.floor(random() * limit);

const pick = (items) => items[below(items.length)];
const question = () => ({
  role: "user",
  content: `What is ${below(9)} plus ${below(9)}? ${"word ".repeat(below(300))}`,
});

const BAD_BODIES = [
  "",
  "{",
  "[]",
  "null",
  '{"model":7}',
  '{"model":"codo-tiny","messages":{}}',
  '{"model":"codo-tiny","messages":[{"role":1}]}',
  '{"model":"codo-tiny","options":{"num_ctx":"x"}}',
  '{"model":"codo-tiny","prompt":"x","options":{"stop":5}}',
  '{"model":"codo-tiny","prompt":"x","context":[-1,99999999]}',
  '{"model":"codo-tiny","prompt":"x","format":"x"}',
  '{"model":"../../etc/passwd","prompt":"x"}',
  '{"model":"none","prompt":"x"}',
  "\u0000\u0001\u0002",
  `{"model":"codo-tiny","prompt":"${"a".repeat(200_000)}","truncate":false}`,
];

/** What a client may do. Each resolves to a word for the statistics, or throws when the engine broke its contract. */
const actions = {
  async ask(engine) {
    const path = pick(["/api/chat", "/api/generate"]);
    const options = { num_predict: 1 + below(60), temperature: below(2), seed: below(100) };
    const body = {
      model: "codo-tiny",
      stream: below(2) === 0,
      options,
      ...(path === "/api/chat" ? { messages: [question()] } : { prompt: question().content }),
    };
    return judge(await send(engine, "POST", path, body), body.stream);
  },
  async abort(engine) {
    const controller = new AbortController();
    const model = pick(["tiny-endless", "codo-tiny"]);
    const body = { model, prompt: question().content, raw: true, options: { num_predict: 5000 } };
    const afterChunks = below(2) === 0 ? below(20) : Number.POSITIVE_INFINITY;
    let chunks = 0;
    const timer = setTimeout(() => controller.abort(), below(120));
    const onChunk = () => {
      if (++chunks > afterChunks) controller.abort();
    };
    try {
      return judge(await send(engine, "POST", "/api/generate", body, { signal: controller.signal, onChunk }), true);
    } catch (error) {
      if (controller.signal.aborted) return "aborted";
      throw error;
    } finally {
      clearTimeout(timer);
    }
  },
  async embed(engine) {
    const input = Array.from({ length: 1 + below(5) }, () => question().content);
    return judge(await send(engine, "POST", "/api/embed", { model: "codo-tiny-embed", input }), false);
  },
  async malformed(engine) {
    const path = pick(["/api/chat", "/api/generate", "/api/embed", "/api/show", "/api/create", "/api/copy"]);
    const { status, text } = await send(engine, "POST", path, pick(BAD_BODIES));
    if (status === 500 && /internal|TypeError|undefined/i.test(text)) throw new Error(`${path} answered 500: ${text}`);
    return status >= 400 ? "refused" : "answered";
  },
  /** Breaks off in the middle of head or body. */
  async cut(engine) {
    const text = 'POST /api/chat HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 500\r\n\r\n{"model":"codo-tiny"';
    const socket = connect(engine.port, "127.0.0.1");
    socket.on("error", () => {});
    await new Promise((resolve) => socket.write(text.slice(0, 1 + below(text.length)), resolve));
    await delay(below(20));
    socket.destroy();
    return "cut";
  },
  async look(engine) {
    const path = pick(["/api/ps", "/api/tags", "/api/version", "/nothing"]);
    const { status } = await send(engine, "GET", path);
    if (status !== (path === "/nothing" ? 404 : 200)) throw new Error(`${path} answered ${status}`);
    return "looked";
  },
  async unload(engine) {
    return judge(await send(engine, "POST", "/api/generate", { model: "codo-tiny", keep_alive: 0 }), false);
  },
  /** Kills one of the processes that compute. */
  async kill(engine) {
    const victim = pick(childrenOf(engine.pid));
    if (victim === undefined) return "nobody to kill";
    try {
      process.kill(victim, "SIGKILL");
    } catch (error) {
      if (error.code !== "ESRCH") throw error;
    }
    return "killed";
  },
};

const DECK = Object.entries({
  ask: 40,
  abort: 25,
  embed: 6,
  malformed: 12,
  cut: 6,
  look: 6,
  unload: 2,
  kill: 3,
}).flatMap(([name, count]) => new Array(count).fill(name));

/** A stream ends with `done` or with an error line; anything else is one JSON value. */
function judge({ status, text }, streamed) {
  const last = text.trimEnd().split("\n").at(-1);
  const value = JSON.parse(last);
  if (status === 200 && value.error === undefined) {
    if (!streamed || value.done === true) return "answered";
    if (repeats(text)) return "gave up repeating";
    throw new Error(`a stream ended with ${last}`);
  }
  if (typeof value.error !== "string" || value.error === "") throw new Error(`${status} without an error: ${text}`);
  return status === 503 ? "busy" : `error ${status}`;
}

/** A model that repeats itself is stopped after 31 equal pieces, without a `done` line, as by a real server. */
function repeats(text) {
  const pieces = text
    .trimEnd()
    .split("\n")
    .slice(-31)
    .map((line) => JSON.parse(line));
  const said = new Set(pieces.map(({ response, message }) => (response ?? message?.content ?? "").trim()));
  return pieces.length === 31 && said.size === 1;
}

async function storm(engine, count, statistics) {
  let left = count;
  const client = async () => {
    while (left-- > 0) {
      const name = pick(DECK);
      const outcome = await actions[name](engine);
      const key = `${name}: ${outcome}`;
      statistics.set(key, (statistics.get(key) ?? 0) + 1);
    }
  };
  await Promise.all(Array.from({ length: CLIENTS }, client));
}

async function until(condition, what) {
  const end = performance.now() + SETTLE_LIMIT_MS;
  while (!(await condition())) {
    if (performance.now() > end) throw new Error(`leak: ${what}`);
    await delay(50);
  }
}

/** As many endless streams as there are sequences must run side by side: a lost sequence would make one wait. */
async function checkSequences(engine, model) {
  const controller = new AbortController();
  let running = 0;
  const streams = Array.from({ length: PARALLEL }, (_, number) => {
    let started = false;
    const onChunk = () => {
      if (!started) running++;
      started = true;
      if (running === PARALLEL) controller.abort();
    };
    const body = { model, prompt: `Hi ${number}`, raw: true, options: { num_predict: 100_000 } };
    return send(engine, "POST", "/api/generate", body, { signal: controller.signal, onChunk }).catch(() => {});
  });
  const all = Promise.all(streams);
  await until(() => running === PARALLEL, `only ${running} of ${PARALLEL} sequences of ${model} are free`).finally(() =>
    controller.abort(),
  );
  await all;
}

/** Brings the engine to rest: nothing loaded, hence no process. Resolves to what it then holds. */
async function settle(engine) {
  for (const model of ["codo-tiny", "codo-tiny-embed", "tiny-endless"]) {
    await send(engine, "POST", "/api/generate", { model, keep_alive: 0 });
    if (model === "codo-tiny-embed") await send(engine, "POST", "/api/embed", { model, input: [], keep_alive: 0 });
  }
  engine.agent.destroy();
  await until(() => childrenOf(engine.pid).length === 0, `processes ${childrenOf(engine.pid)} live on`);
  const files = openFiles(engine.pid);
  return { files, memory: residentBytes(engine.pid) };
}

const store = createModelStore({ "tiny-endless": ENDLESS });
const engine = await startEngineProcess({ OLLAMA_MODELS: store, OLLAMA_NUM_PARALLEL: String(PARALLEL) });
try {
  const statistics = new Map();
  const warmUp = Math.min(200, REQUESTS >> 1);
  await storm(engine, warmUp, statistics);
  const before = await settle(engine);
  await storm(engine, REQUESTS - warmUp, statistics);
  await checkSequences(engine, "tiny-endless");
  const answer = await send(engine, "POST", "/api/generate", {
    model: "codo-tiny",
    prompt: "What is the capital of France?",
    stream: false,
    think: false,
    options: { temperature: 0 },
  });
  if (!answer.text.includes("Paris")) throw new Error(`after all that the engine says ${answer.text}`);
  const after = await settle(engine);
  const growth = after.memory - before.memory;

  for (const [key, count] of [...statistics].sort()) console.log(`${String(count).padStart(6)}  ${key}`);
  console.log(`\n${REQUESTS} requests, seed ${SEED}: all sequences free, no process left`);
  console.log(`open files ${before.files} → ${after.files}`);
  console.log(
    `memory of the serving process ${(before.memory / 1e6).toFixed(0)} → ${(after.memory / 1e6).toFixed(0)} MB`,
  );
  if (after.files > before.files + 2) throw new Error("leak: open files");
  if (growth > MEMORY_GROWTH_LIMIT_BYTES) throw new Error(`leak: ${(growth / 1e6).toFixed(0)} MB of memory`);
  const { code, signal } = await engine.stop();
  if (code !== 0) throw new Error(`the engine ended with ${code ?? signal}: ${engine.stderr()}`);
} catch (error) {
  console.error(error);
  console.error(engine.stderr());
  process.exitCode = 1;
  process.kill(engine.pid, "SIGKILL");
} finally {
  rmSync(store, { recursive: true, force: true });
}
