// Batches against a server that takes 20 ms and serves 4 at once: wall time over the ideal, by concurrency; and a
// million items through one batch in bounded memory. Exits 1 when a limit is missed.
// Usage: node bench/batch.js [requests] [rounds] [items]
import { execFile } from "node:child_process";
import { mkdtemp, rm, stat } from "node:fs/promises";
import { Agent, request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { createExecutor, OllamaClient } from "@codo/ollama-core";
import { ModelRunner } from "@codo/ollama-runner";
import { startSlowServer } from "./batch/start-server.js";

const REQUESTS = Number(process.argv[2] ?? 600);
const ROUNDS = Number(process.argv[3] ?? 3);
const ITEMS = Number(process.argv[4] ?? 1_000_000);
const SLOTS = 4;
const SERVICE_MS = 20;
const MEMORY_LIMIT_BYTES = 200e6;
/** Wall time over the ideal that is allowed; what `"auto"` needs to find out is part of its time. */
const LIMITS = new Map([
  [1, 4.4],
  [4, 1.06],
  [6, 1.01],
  [16, 1.01],
  [64, 1.01],
  ["auto", 1.06],
]);

const failures = [];
const check = (what, isMet) => {
  if (!isMet) failures.push(what);
  return isMet ? "ok" : "MISSED";
};
const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];

async function runOnce(url, concurrency) {
  const runner = new ModelRunner(createExecutor(new OllamaClient({ host: url })));
  const count = concurrency === 1 ? Math.ceil(REQUESTS / 4) : REQUESTS;
  const source = async function* () {
    for (let index = 0; index < count; index++) yield `prompt ${index}`;
  };
  const summary = await runner.runBatch("m", source(), {}, { concurrency });
  if (summary.succeeded !== count) throw new Error(`${summary.failed} of ${count} requests failed`);
  const idealSeconds = (count * SERVICE_MS) / SLOTS / 1000;
  return { ratio: summary.executionTime / idealSeconds, ...summary.concurrency };
}

/** The floor: as many loops over node:http, each sending its next request when the last answer ended. */
async function runRaw(url, concurrency) {
  const agent = new Agent({ keepAlive: true, noDelay: true });
  const send = (index) =>
    new Promise((resolve, reject) => {
      const sent = request(`${url}/api/generate`, { method: "POST", agent }, (response) => {
        response.resume().on("end", resolve);
      });
      sent.on("error", reject).end(JSON.stringify({ model: "m", prompt: `prompt ${index}` }));
    });
  const startedAtMs = performance.now();
  let next = 0;
  const loop = async () => {
    while (next < REQUESTS) await send(next++);
  };
  await Promise.all(Array.from({ length: concurrency }, loop));
  agent.destroy();
  return (performance.now() - startedAtMs) / ((REQUESTS * SERVICE_MS) / SLOTS);
}

async function measureConcurrency() {
  const server = await startSlowServer(SLOTS, SERVICE_MS);
  const floor = [];
  const samples = new Map([...LIMITS.keys()].map((concurrency) => [concurrency, []]));
  try {
    await runOnce(server.url, 4);
    // Alternating rounds: a slow moment of the machine meets all of them.
    for (let round = 0; round < ROUNDS; round++) {
      floor.push(await runRaw(server.url, SLOTS));
      for (const [concurrency, runs] of samples) runs.push(await runOnce(server.url, concurrency));
    }
  } finally {
    await server.stop();
  }
  console.log(`${REQUESTS} requests of ${SERVICE_MS} ms, ${SLOTS} served at once, median of ${ROUNDS} rounds`);
  console.log("concurrency  wall / ideal  limit   best    peak  final");
  console.log(`raw, ${SLOTS}`.padEnd(13) + median(floor).toFixed(4));
  for (const [concurrency, runs] of samples) {
    const ratio = median(runs.map((run) => run.ratio));
    const best = Math.min(...runs.map((run) => run.ratio));
    const limit = LIMITS.get(concurrency);
    const verdict = check(`concurrency ${concurrency}`, ratio <= limit);
    const { peak, final } = runs.at(-1);
    const columns = [String(concurrency).padEnd(11), ratio.toFixed(4).padEnd(12), limit.toFixed(2).padEnd(6)];
    console.log(`${[...columns, best.toFixed(4), String(peak).padEnd(4), final].join("  ")}  ${verdict}`);
    if (concurrency === "auto") check("auto finds at least what is needed", final >= SLOTS && final <= 3 * SLOTS);
  }
}

async function measureMillion(folder) {
  const script = fileURLToPath(new URL("./batch/million.js", import.meta.url));
  const journal = join(folder, "million.jsonl");
  const cases = [
    ["no journal", []],
    ["with a journal", [journal]],
    ["resumed from it", [journal]],
  ];
  console.log(`\n${ITEMS.toLocaleString("en")} items over an executor in memory`);
  for (const [name, args] of cases) {
    const { stdout } = await promisify(execFile)(process.execPath, [script, String(ITEMS), ...args]);
    const run = JSON.parse(stdout);
    const isWhole = run.succeeded === ITEMS && run.delivered === ITEMS;
    const verdict = check(`million ${name}`, isWhole && run.peakBytes < MEMORY_LIMIT_BYTES);
    const speed = `${run.seconds.toFixed(1).padStart(6)} s  ${((run.seconds / ITEMS) * 1e6).toFixed(1).padStart(5)} µs an item`;
    console.log(`${name.padEnd(16)} ${speed}  peak ${(run.peakBytes / 1e6).toFixed(0)} MB  ${verdict}`);
  }
  console.log(`journal: ${((await stat(journal)).size / 1e6).toFixed(0)} MB`);
}

const folder = await mkdtemp(join(tmpdir(), "codo-bench-batch-"));
try {
  await measureConcurrency();
  await measureMillion(folder);
} finally {
  await rm(folder, { recursive: true, force: true });
}
if (failures.length > 0) {
  console.error(`\nmissed: ${failures.join(", ")}`);
  process.exitCode = 1;
}
