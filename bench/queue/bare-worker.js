// A BullMQ worker that does nothing, to compare with: node bare-worker.js QUEUE-URL PREFIX QUEUE JOBS CONCURRENCY
import { Queue, Worker } from "bullmq";

const [url, prefix, name, jobs, concurrency] = process.argv.slice(2);
const connection = { url, maxRetriesPerRequest: null };
const count = Number(jobs);

const queue = new Queue(name, { connection, prefix });
for (let start = 0; start < count; start += 250) {
  const size = Math.min(250, count - start);
  await queue.addBulk(
    Array.from({ length: size }, (_, at) => ({
      name: "run",
      data: { schemaVersion: 1, kind: "run", request: { model: "m", prompt: `prompt ${start + at}` } },
      opts: { jobId: `bare.${start + at}`, attempts: 5, backoff: { type: "exponential", delay: 500 } },
    })),
  );
}
let done = 0;
const startedAtMs = performance.now();
const cpuBefore = process.cpuUsage();
await new Promise((resolve) => {
  const worker = new Worker(name, async () => ({}), { connection, prefix, concurrency: Number(concurrency) });
  worker.on("completed", () => {
    if (++done === count) resolve();
  });
});
const { user, system } = process.cpuUsage(cpuBefore);
const seconds = (performance.now() - startedAtMs) / 1000;
console.log(JSON.stringify({ perSecond: count / seconds, cpuMicros: (user + system) / count }));
process.exit(0);
