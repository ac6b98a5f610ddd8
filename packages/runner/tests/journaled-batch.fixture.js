// One batch with a journal, to be killed at any moment: node journaled-batch.fixture.js url journal items
import { createExecutor, OllamaClient } from "@codo/ollama-core";
import { ModelRunner } from "@codo/ollama-runner";

const [url, journal, items] = process.argv.slice(2);
const prompts = Array.from({ length: Number(items) }, (_, index) => (index % 3 === 0 ? "again" : `prompt ${index}`));
const runner = new ModelRunner(createExecutor(new OllamaClient({ host: url })));
const results = await runner.runBatch("m", prompts, {}, { journal, concurrency: 4 });
console.log(results.filter((result, index) => result.response === prompts[index]).length);
