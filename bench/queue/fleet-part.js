// One process of the fleet that chaos/queue.js kills: node fleet-part.js ROLE QUEUE-URL [what the role needs]
import { createExecutor, OllamaClient } from "@codo/ollama-core";
import { collectIntoJournal, createWorker, submitBatch } from "@codo/ollama-queue";

const [role, connection, ...rest] = process.argv.slice(2);
const BATCH = "b-chaos";
const MODEL = "m";

/** The parts; each ends when its work is done, but for workers, which end when they are killed. */
const parts = {
  async worker([host, lockDurationMs]) {
    const executor = createExecutor(new OllamaClient({ host, retry: false }));
    const options = { connection, executor, host, models: [MODEL], concurrency: 4 };
    await createWorker({ ...options, lockDurationMs: Number(lockDurationMs), probeMs: 200 });
  },
  async submitter([items]) {
    const inputs = Array.from({ length: Number(items) }, (_, index) => ({ id: index, prompt: `prompt ${index}` }));
    await submitBatch({ connection, model: MODEL, id: BATCH, inputs, highWater: 600 });
  },
  async collector([journal]) {
    await collectIntoJournal({ connection, id: BATCH, journal });
  },
};

try {
  await parts[role](rest);
  if (role !== "worker") process.exit(0);
} catch (error) {
  // What was not there yet, or was killed at this moment, is tried again by who started this.
  console.error(`${role}: ${error.code ?? ""} ${error.message}`);
  process.exit(1);
}
