// This package's worker at a host that answers at once: node own-worker.js QUEUE-URL NAME JOBS CONCURRENCY
import { createWorker, submitBatch } from "@codo/ollama-queue";
import { ScriptedExecutor } from "@codo/ollama-runner/testing";

const [connection, name, jobs, concurrency] = process.argv.slice(2);
const count = Number(jobs);
const inputs = Array.from({ length: count }, (_, index) => `prompt ${index}`);
await submitBatch({ connection, name, model: "m", id: "b-bench", inputs, highWater: 2 * count });

let done = 0;
const startedAtMs = performance.now();
const cpuBefore = process.cpuUsage();
await new Promise((resolve) => {
  void createWorker({
    connection,
    name,
    executor: new ScriptedExecutor({ record: false }),
    host: "scripted",
    models: ["m"],
    concurrency: Number(concurrency),
    onEvent: (event) => {
      if (event.type === "done" && ++done === count) resolve();
    },
  });
});
const { user, system } = process.cpuUsage(cpuBefore);
const seconds = (performance.now() - startedAtMs) / 1000;
console.log(JSON.stringify({ perSecond: count / seconds, cpuMicros: (user + system) / count }));
process.exit(0);
