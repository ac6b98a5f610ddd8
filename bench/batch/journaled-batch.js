// One batch with a journal, to be killed at any moment. Says "started" when its first request is sent.
// Usage: node bench/batch/journaled-batch.js url journal items
import { createExecutor, OllamaClient } from "@codo/ollama-core";
import { ModelRunner } from "@codo/ollama-runner";

const [url, journal, items] = process.argv.slice(2);
const prompts = Array.from({ length: Number(items) }, (_, index) =>
  // Some items have ids, some are equal: each kind of key is there.
  index % 5 === 0 ? { id: `item-${index}`, prompt: `prompt ${index}` } : `prompt ${index % 7 === 0 ? "again" : index}`,
);
const runner = new ModelRunner(createExecutor(new OllamaClient({ host: url })));
console.log("started");
const results = await runner.runBatch("m", prompts, { temperature: 0 }, { journal, concurrency: 8 });
const isRight = (result, index) => {
  const prompt = typeof prompts[index] === "string" ? prompts[index] : prompts[index].prompt;
  return result.success && result.response === `answer to ${prompt}`;
};
console.log(JSON.stringify({ results: results.length, right: results.filter(isRight).length }));
