// In a pipeline: `node compare-models.js HOST MODEL-IN-USE CANDIDATE`. Status 1 stops it where the candidate answers
// fewer questions right; the report says what was slower or faster.
import { createModelComparison, renderReport } from "@codo/ollama-bench";
import { createExecutor, OllamaClient } from "@codo/ollama-core";

const [host, inUse, candidate] = process.argv.slice(2);
const questions = ["What is the capital of France?", "What is the capital of Japan?"];
const checks = ["Paris", "Tokyo"].map((text, prompt) => ({ name: `says ${text}`, prompt, type: "contains", text }));

const executor = createExecutor(new OllamaClient({ host }));
const plan = { trials: 1, requests: questions.length, warmup: 0, checks };
const report = await createModelComparison(executor, [inUse, candidate], questions, { temperature: 0 }, plan);
console.log(renderReport(report, "text"));

const passed = (model) =>
  report.quality.filter((each) => each.model === model).reduce((sum, each) => sum + each.passed, 0);
process.exitCode = passed(candidate) >= passed(inUse) ? 0 : 1;
