import { type ModelExecutor, type PartialExecutionOptions, toWireOptions } from "@codo/ollama-contract";
import { errorOfResult } from "@codo/ollama-contract/executor-kit";
import { closedLevel } from "../load/bench-load.js";
import { type BenchEndpoint, type BenchPlan, resolvePlan } from "../plan/bench-plan.js";
import { type Scenario, scenariosOf } from "../plan/scenario.js";
import { type BenchTarget, executorOf } from "./bench-target.js";
import { ModelSession } from "./model-session.js";

/** What a plan will do, before it is done. */
export interface PlanEstimate {
  scenarios: Scenario[];
  models: readonly string[];
  trials: number;
  /** Measured requests over all models. */
  requests: number;
  /** How long one request of each model took; absent when none was sent. */
  probeMs?: Record<string, number>;
  /** How long the plan will take, by the probes; absent when none was sent. */
  durationMs?: number;
}

/** Lists what a plan will do, without sending anything. @throws OllamaError `INVALID_CONFIG` */
export function describePlan(
  models: readonly string[],
  testPrompts: readonly string[],
  executionOptions: PartialExecutionOptions = {},
  plan: BenchPlan = {},
): PlanEstimate {
  const scenarios = scenariosOf(resolvePlan(plan), testPrompts, toWireOptions(executionOptions).options);
  const sum = (of: (scenario: Scenario) => number): number =>
    models.length * scenarios.reduce((total, scenario) => total + of(scenario), 0);
  return {
    scenarios,
    models,
    trials: sum(({ trials }) => trials),
    requests: sum(({ trials, requests }) => trials * requests),
  };
}

/**
 * Says how long a plan will take: sends one prompt to each model, after one that loads it.
 * @throws OllamaError `INVALID_CONFIG`; what a probe failed with, such as `MODEL_NOT_FOUND`
 */
export async function estimatePlan(
  runner: BenchTarget,
  models: readonly string[],
  testPrompts: readonly string[],
  executionOptions: PartialExecutionOptions = {},
  plan: BenchPlan = {},
): Promise<PlanEstimate> {
  const executor = executorOf(runner);
  const resolved = resolvePlan(plan);
  const described = describePlan(models, testPrompts, executionOptions, plan);
  const probeMs: Record<string, number> = {};
  for (const model of models) {
    const session = new ModelSession(model, executor, resolved, executionOptions);
    const prompt = testPrompts[0] ?? "Tell me about the sea.";
    await probe(executor, session, resolved.endpoint, prompt);
    probeMs[model] = await probe(executor, session, resolved.endpoint, prompt);
  }
  const perTrial = (scenario: Scenario, requestMs: number): number => {
    const { load, requests } = scenario;
    if (load.type === "constant" || load.type === "poisson") return (requests / load.rps) * 1000 + requestMs;
    return (requests / (closedLevel(load) ?? 1)) * requestMs;
  };
  const durationMs = Object.values(probeMs).reduce(
    (total, requestMs) =>
      total +
      described.scenarios.reduce(
        (sum, scenario) => sum + scenario.trials * (perTrial(scenario, requestMs) + resolved.cooldownMs),
        0,
      ),
    0,
  );
  return { ...described, probeMs, durationMs };
}

/** How long one request takes, in milliseconds. The time of a failed one would say nothing. */
async function probe(
  executor: ModelExecutor,
  session: ModelSession,
  endpoint: BenchEndpoint,
  prompt: string,
): Promise<number> {
  if (endpoint === "embed") {
    const startMs = performance.now();
    await executor.embed({ model: session.name, input: [prompt], options: session.options() });
    return performance.now() - startMs;
  }
  const result = await executor.execute(session.request(prompt));
  if (result.success) return result.executionTime * 1000;
  throw errorOfResult(result);
}
