// Runs a million prompts through runBatch and prints what it took, as JSON. In a process of its own, so that the peak
// of its memory is the batch's. The executor answers at once from memory: a million real requests would take hours.
// Usage: node bench/batch/million.js items [journal]
import { ModelRunner } from "@codo/ollama-runner";
import { ScriptedExecutor } from "@codo/ollama-runner/testing";

const ITEMS = Number(process.argv[2] ?? 1_000_000);
const journal = process.argv[3];

async function* prompts() {
  for (let index = 0; index < ITEMS; index++) yield `What is ${index} plus ${index % 7}?`;
}

let delivered = 0;
const runner = new ModelRunner(new ScriptedExecutor({ reply: () => "It is a number.", record: false }));
const summary = await runner.runBatch(
  "m",
  prompts(),
  { temperature: 0 },
  {
    concurrency: 8,
    onResult: () => delivered++,
    ...(journal !== undefined && { journal }),
  },
);
const peakBytes = process.resourceUsage().maxRSS * 1024;
const { total, succeeded, restored, executionTime } = summary;
console.log(JSON.stringify({ total, succeeded, restored, delivered, seconds: executionTime, peakBytes }));
