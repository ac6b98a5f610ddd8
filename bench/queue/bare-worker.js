// A BullMQ worker that does nothing, to compare with: node bare-worker.js QUEUE-URL PREFIX QUEUE JOBS WARM-UP CONCURRENCY
import { Queue, Worker } from "bullmq";
import { measuredPart } from "./measured-part.js";

const [url, prefix, name, ...numbers] = process.argv.slice(2);
const [count, warmUp, concurrency] = numbers.map(Number);
const connection = { url, maxRetriesPerRequest: null };

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
measuredPart({
  count,
  warmUp,
  begin: (onDone) => {
    const worker = new Worker(name, async () => ({}), { connection, prefix, concurrency });
    worker.on("completed", onDone);
  },
});
