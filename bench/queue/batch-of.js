// Submits and collects a batch as one program does: node batch-of.js QUEUE-URL NAME ITEMS TELL-EVERY JOURNAL
import { createQueueExecutor } from "@codo/ollama-queue";
import { ModelRunner } from "@codo/ollama-runner";

const [connection, name, items, every, journal] = process.argv.slice(2);

async function* prompts() {
  for (let index = 0; index < Number(items); index++) yield { id: index, prompt: `prompt ${index}` };
}

const executor = createQueueExecutor({ connection, name });
let finished = 0;
const onResult = () => {
  if (++finished % Number(every) === 0) process.send?.({ finished });
};
const summary = await new ModelRunner(executor).runBatch("m", prompts(), {}, { journal, onResult });
process.send?.({ summary });
await executor.close();
process.exit(0);
