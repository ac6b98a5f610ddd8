import { createHash } from "node:crypto";
import { type BenchLoad, closedLevel, loadName } from "../load/bench-load.js";
import type { BenchEndpoint, ResolvedPlan } from "./bench-plan.js";

/** One thing to measure, the same for every model: an endpoint, prompts, a load and a state to begin in. */
export interface Scenario {
  id: string;
  endpoint: BenchEndpoint;
  load: BenchLoad;
  state: "warm" | "cold" | "reload";
  prompt: ScenarioPrompt;
  /** Execution options of each request, as the plan has them. */
  options: Record<string, unknown>;
  outputTokens?: number;
  warmup: number;
  trials: number;
  /** Measured requests in each trial. */
  requests: number;
}

/** Where a scenario's prompts come from. */
export interface ScenarioPrompt {
  source: "given" | "corpus";
  /** How many different prompts. */
  count: number;
  /** Exact length of each, as the server counts it with its template. */
  tokens?: number;
  /** How many of the tokens all prompts share. */
  sharedPrefixTokens?: number;
  /** Whether each request's prompt begins with a nonce. */
  nonce: boolean;
  /** SHA-256 over what the prompts are made from, with what is sent around them: system prompt, tools, thinking. */
  sha256: string;
}

/** Requests of a scenario that waits for an unloaded or differently loaded model: each costs a load. */
const STATE_REQUESTS = 1;

/** The scenarios of a plan, in the order in which they run. */
export function scenariosOf(
  plan: ResolvedPlan,
  prompts: readonly string[],
  options: Record<string, unknown>,
): Scenario[] {
  const shared = {
    endpoint: plan.endpoint,
    options,
    ...(plan.outputTokens === undefined ? {} : { outputTokens: plan.outputTokens }),
    warmup: plan.warmup,
    trials: plan.trials,
  };
  const make = (
    name: string,
    load: BenchLoad,
    prompt: ScenarioPrompt,
    state: Scenario["state"] = "warm",
  ): Scenario => ({
    id: `${plan.endpoint}/${name}`,
    ...shared,
    load,
    state,
    prompt,
    requests: state === "warm" ? requestsOf(plan, load, prompt) : STATE_REQUESTS,
  });
  const given: ScenarioPrompt = {
    source: "given",
    count: prompts.length,
    nonce: plan.bustCache,
    sha256: digest([...prompts, ...frameOf(plan)]),
  };
  const sync: BenchLoad = { type: "sync" };
  const scenarios: Scenario[] = [];
  if (prompts.length > 0) for (const load of plan.loads) scenarios.push(make(loadName(load), load, given));
  for (const tokens of plan.depths ?? []) {
    for (const load of plan.loads)
      scenarios.push(make(`${loadName(load)}/depth-${tokens}`, load, corpusPrompt(plan, { tokens })));
  }
  if (plan.cachedPrefixTokens !== undefined) {
    const sharedPrefixTokens = plan.cachedPrefixTokens;
    scenarios.push(make(`sync/cached-prefix-${sharedPrefixTokens}`, sync, corpusPrompt(plan, { sharedPrefixTokens })));
  }
  const first = prompts.length > 0 ? given : corpusPrompt(plan, { tokens: 128 });
  for (const state of plan.states ?? []) scenarios.push(make(state, sync, first, state));
  return scenarios;
}

/** How many prompts a corpus scenario draws from when the plan does not say how many requests it sends. */
const CORPUS_PROMPTS = 4;

function corpusPrompt(
  plan: ResolvedPlan,
  length: Pick<ScenarioPrompt, "tokens" | "sharedPrefixTokens">,
): ScenarioPrompt {
  const count = plan.requests ?? CORPUS_PROMPTS;
  return {
    source: "corpus",
    count,
    ...length,
    nonce: length.tokens !== undefined,
    sha256: digest(["corpus", String(plan.seed), JSON.stringify(length), ...frameOf(plan)]),
  };
}

/** What is sent around every prompt. With another system prompt or other tools it is another measurement. */
function frameOf({ system, think, tools }: ResolvedPlan): string[] {
  const frame = { system, think, tools };
  return Object.values(frame).some((part) => part !== undefined) ? [JSON.stringify(frame)] : [];
}

function requestsOf(plan: ResolvedPlan, load: BenchLoad, prompt: ScenarioPrompt): number {
  return plan.requests ?? Math.max(prompt.count, 3, 4 * (closedLevel(load) ?? 1) - 4 + prompt.count);
}

function digest(parts: readonly string[]): string {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(`${part.length}:${part}`);
  return hash.digest("hex");
}
