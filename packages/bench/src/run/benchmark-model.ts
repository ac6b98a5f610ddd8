import type { PartialExecutionOptions } from "@codo/ollama-contract";
import { type BenchPlan, resolvePlan } from "../plan/bench-plan.js";
import type { BenchReport } from "../report/bench-report.js";
import { BenchRun } from "./bench-run.js";
import { type BenchTarget, executorOf } from "./bench-target.js";

/**
 * Measures a model on prompts: latencies in milliseconds, rates in tokens per second, by the definitions of
 * {@link METRICS}. Only the options that are set are sent.
 * @throws OllamaError `INVALID_CONFIG` for a plan that can't be run, `MODEL_NOT_FOUND`, `SERVER_UNAVAILABLE`
 */
export async function benchmarkModel(
  runner: BenchTarget,
  model: string,
  testPrompts: readonly string[],
  executionOptions: PartialExecutionOptions = {},
  plan: BenchPlan = {},
): Promise<BenchReport> {
  return await createModelComparison(runner, [model], testPrompts, executionOptions, plan);
}

/**
 * Measures several models on the same prompts, interleaved trial by trial so that drift hits all alike, and compares
 * each with the first. The report's `comparisons` has the verdicts, `outputs` the answers side by side.
 * @throws OllamaError `INVALID_CONFIG` for a plan that can't be run, `MODEL_NOT_FOUND`, `SERVER_UNAVAILABLE`
 */
export async function createModelComparison(
  runner: BenchTarget,
  models: readonly string[],
  testPrompts: readonly string[],
  executionOptions: PartialExecutionOptions = {},
  plan: BenchPlan = {},
): Promise<BenchReport> {
  const run = new BenchRun({
    executor: executorOf(runner),
    models,
    prompts: testPrompts,
    options: executionOptions,
    plan: resolvePlan(plan),
  });
  return await run.run();
}
