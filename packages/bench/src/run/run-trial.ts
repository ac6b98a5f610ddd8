import type { ModelExecutor } from "@codo/ollama-contract";
import type { Clock } from "../clock/clock.js";
import { runLoad } from "../load/run-load.js";
import { measureEmbedding } from "../measure/measure-embedding.js";
import { type MeasuredRequest, measureRequest } from "../measure/measure-request.js";
import type { RequestPhase, RequestRecord } from "../measure/request-record.js";
import type { ResolvedPlan } from "../plan/bench-plan.js";
import type { Scenario } from "../plan/scenario.js";
import type { PromptSource } from "../prompts/prompt-source.js";
import { runChecks } from "../quality/quality-check.js";
import { seededRandom } from "../statistics/seeded-random.js";
import type { ModelSession } from "./model-session.js";

/** One trial of one model in one scenario. */
export interface TrialRun {
  executor: ModelExecutor;
  session: ModelSession;
  scenario: Scenario;
  trial: number;
  prompts: PromptSource;
  plan: ResolvedPlan;
  clock: Clock;
  onRecord: (record: RequestRecord) => void;
  onAnswer: (measured: MeasuredRequest, prompt: string) => void;
}

/** Brings the model into the state in which the scenario wants it measured. */
export async function enterState(run: TrialRun): Promise<void> {
  const { scenario, session } = run;
  if (scenario.state === "warm") await warmUp(run);
  if (scenario.state === "cold") await session.unload();
  if (scenario.state === "reload") await session.loadDifferently();
}

/** Sends the trial's requests and measures each. */
export async function measureTrial(run: TrialRun): Promise<void> {
  const { scenario } = run;
  await runLoad({
    load: scenario.load,
    requests: scenario.requests,
    clock: run.clock,
    random: seededRandom(run.plan.seed + run.trial),
    signal: run.plan.signal,
    send: (index, scheduledMs) => sendOne(run, "measured", index, scheduledMs),
  });
}

/** Requests that do not count: before the first trial, and whenever the server has dropped the model since. */
async function warmUp(run: TrialRun): Promise<void> {
  const { scenario, session, clock, trial } = run;
  const fillsPrefix = scenario.prompt.sharedPrefixTokens !== undefined;
  const due = trial === 1 || (await session.loaded()) === undefined;
  const requests = due ? Math.max(scenario.warmup, fillsPrefix ? 1 : 0) : fillsPrefix ? 1 : 0;
  for (let index = 0; index < requests; index++) await sendOne(run, "warmup", index, clock.nowMs());
}

async function sendOne(run: TrialRun, phase: RequestPhase, index: number, scheduledMs: number): Promise<void> {
  const { executor, session, scenario, trial, plan, clock } = run;
  // A warm-up takes its prompts from another trial: the prompts to come must not be in the cache.
  const { text, promptIndex } = run.prompts.prompt(phase === "warmup" ? -10 : trial, index);
  const place = { model: session.name, scenarioId: scenario.id, trial, phase, index, promptIndex, scheduledMs };
  const measured =
    plan.endpoint === "embed"
      ? await measureEmbedding(
          executor,
          { model: session.name, input: [text], options: session.options(), ...callOf(plan) },
          place,
          clock,
        )
      : await measureRequest(executor, session.request(text), place, clock);
  const checks = phase === "measured" && plan.checks !== undefined && measured.record.error === undefined;
  const { record } = measured;
  if (checks) {
    record.checks = runChecks(plan.checks ?? [], { text: measured.text, toolCalls: measured.toolCalls, promptIndex });
  }
  if (plan.keepText) record.text = measured.text;
  run.onRecord(record);
  if (phase === "measured") run.onAnswer(measured, text);
}

function callOf(plan: ResolvedPlan): { signal?: AbortSignal } {
  return plan.signal === undefined ? {} : { signal: plan.signal };
}
