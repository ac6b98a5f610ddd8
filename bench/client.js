// `pnpm bench:client`: what the client costs, beside the least that is possible and the official client.
// Every figure is the median of fresh processes; contenders alternate, so that drift of the machine hits all.
import { execFile, fork } from "node:child_process";
import { promisify } from "node:util";

const run = promisify(execFile);
const here = (path) => new URL(path, import.meta.url).pathname;
const CHUNKS = 100_000;
const REQUESTS = 2_000;
/** Node's own HTTP parser calls once for each chunk; docs/decisions/2026-11-22-the-clients-transport.md says why. */
const STREAM_LIMIT = 1.2;
const ROUNDS = Number(process.env.ROUNDS ?? 7);

const median = (values) => {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
};

const server = fork(here("./client/replay-process.js"), [String(CHUNKS)]);
const port = await new Promise((resolve) => server.once("message", (message) => resolve(message.port)));

/** Medians by contender of one task, measured in alternation. */
async function measure(task, contenders, count, rounds = ROUNDS) {
  const figures = Object.fromEntries(contenders.map((name) => [name, []]));
  for (let round = 0; round < rounds; round += 1) {
    for (const name of contenders) {
      const { stdout } = await run(process.execPath, [
        here("./client/contender.js"),
        task,
        name,
        String(port),
        String(count),
      ]);
      figures[name].push(Number(stdout));
    }
  }
  return Object.fromEntries(contenders.map((name) => [name, median(figures[name])]));
}

const only = process.argv.slice(2);
const wanted = (task) => only.length === 0 || only.includes(task);
const labels = {
  undici: "undici + split + JSON.parse (the floor)",
  ours: "@codo/ollama-core",
  "ours-fetch": "@codo/ollama-core/client on fetch",
  official: "ollama (official)",
  core: "@codo/ollama-core",
  client: "@codo/ollama-core/client",
};

function print(title, figures, unit, digits, against) {
  console.log(`\n${title}`);
  for (const [name, figure] of Object.entries(figures)) {
    const ratio = against === undefined ? "" : `  ${(figure / figures[against]).toFixed(2)} ×`;
    console.log(`  ${labels[name].padEnd(42)} ${figure.toFixed(digits).padStart(9)} ${unit}${ratio}`);
  }
}

console.log(`Node ${process.version}, medians of ${ROUNDS} alternating fresh processes`);
let ok = true;
try {
  if (wanted("stream")) {
    const figures = await measure("stream", ["undici", "ours", "ours-fetch", "official"], CHUNKS);
    print(
      `Streaming ${CHUNKS} chunks: CPU per chunk, first stream of a process, after a small request`,
      figures,
      "µs",
      2,
      "undici",
    );
    ok &&= verdict(`stream at most ${STREAM_LIMIT} of the floor`, figures.ours <= STREAM_LIMIT * figures.undici);
  }
  if (wanted("small")) {
    const figures = await measure("small", ["undici", "ours", "ours-fetch", "official"], REQUESTS);
    print("A small chat request: CPU, kept-alive, warm", figures, "µs", 0, "official");
    ok &&= verdict("small request at most 0.8 of the official client's", figures.ours <= 0.8 * figures.official);
  }
  if (wanted("import")) {
    const figures = await measure("import", ["core", "client", "official"], 0);
    print("Import in a fresh process", figures, "ms", 1, "official");
  }
  if (wanted("first")) {
    const figures = await measure("first", ["undici", "ours", "ours-fetch", "official"], 0);
    print("First call of a process, import not counted", figures, "ms", 1, "official");
  }
} finally {
  server.disconnect();
}
process.exitCode = ok ? 0 : 1;

function verdict(target, met) {
  console.log(`  ${met ? "met" : "MISSED"}: ${target}`);
  return met;
}
