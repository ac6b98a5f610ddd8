import {
  createIdFactory,
  type ModelExecutor,
  OllamaError,
  type PartialExecutionOptions,
  toWireOptions,
} from "@codo/ollama-contract";
import { type Clock, laterClock, monotonicClock } from "../clock/clock.js";
import { isLocalUrl } from "../environment/client-environment.js";
import { ProcessSampler, type ProcessUsage } from "../environment/process-sampler.js";
import { BenchJournal, type EarlierRun, type JournalHeader, planHash } from "../journal/bench-journal.js";
import { trialKey } from "../journal/trials.js";
import type { RequestRecord } from "../measure/request-record.js";
import type { ResolvedPlan } from "../plan/bench-plan.js";
import { type Scenario, scenariosOf } from "../plan/scenario.js";
import { type PromptSource, promptSource } from "../prompts/prompt-source.js";
import type { BenchModel, BenchReport, RunOutcome, ServerEnvironment, TrialResources } from "../report/bench-report.js";
import { buildReport, type FinishedTrial } from "./build-report.js";
import { describeBenchModel } from "./describe-models.js";
import { ModelSession } from "./model-session.js";
import { ProgressReporter } from "./progress-reporter.js";
import { enterState, measureTrial, type TrialRun } from "./run-trial.js";
import { SideBySideOutputs } from "./side-by-side.js";

const nextId = createIdFactory();

/** Everything that a run is made from. */
export interface BenchRunInput {
  executor: ModelExecutor;
  models: readonly string[];
  prompts: readonly string[];
  options: PartialExecutionOptions;
  plan: ResolvedPlan;
}

/** Runs a plan: every scenario, trial by trial, the models interleaved, and makes the report. */
export class BenchRun {
  readonly #input: BenchRunInput;
  readonly #scenarios: Scenario[];
  #clock: Clock;
  readonly #sessions: ModelSession[];
  readonly #records: RequestRecord[] = [];
  readonly #trials: FinishedTrial[] = [];
  readonly #outputs: SideBySideOutputs;
  readonly #progress: ProgressReporter;
  #journal: BenchJournal | undefined;
  #header: JournalHeader;

  constructor(input: BenchRunInput) {
    const { executor, models, prompts, options, plan } = input;
    assertModels(models);
    this.#input = input;
    this.#clock = plan.clock ?? monotonicClock();
    this.#scenarios = scenariosOf(plan, prompts, toWireOptions(options).options);
    if (this.#scenarios.length === 0)
      throw new OllamaError(
        "INVALID_CONFIG",
        "There is nothing to measure: give prompts, or depths for prompts from the built-in corpus.",
      );
    this.#sessions = models.map((model) => new ModelSession(model, executor, plan, options));
    this.#outputs = new SideBySideOutputs(models, plan.keepText);
    this.#progress = new ProgressReporter(this.#scenarios, models, plan, this.#clock);
    this.#header = {
      type: "run",
      schema: "codo.ollama-bench/journal",
      schemaVersion: 1,
      runId: nextId(),
      startedAt: new Date().toISOString(),
      planHash: planHash(models, this.#scenarios, plan.seed),
    };
  }

  /** @throws OllamaError `MODEL_NOT_FOUND`, `SERVER_UNAVAILABLE` before anything is measured; afterwards failures are part of the report */
  async run(): Promise<BenchReport> {
    const { plan } = this.#input;
    for (const session of this.#sessions) await session.describe();
    if (plan.journal !== undefined) {
      const { journal, earlier } = await BenchJournal.open(plan.journal, this.#header, plan.resume);
      this.#journal = journal;
      if (earlier !== undefined) this.#takeOver(earlier);
    }
    let outcome: RunOutcome = { status: "complete" };
    try {
      for (const scenario of this.#scenarios) await this.#runScenario(scenario);
    } catch (error) {
      outcome = this.#outcomeOf(error);
    } finally {
      this.#journal?.close();
    }
    this.#progress.finish();
    return await this.#report(outcome);
  }

  /** An interrupted run, and one whose server went away, still has a report: of every trial that was finished. */
  #outcomeOf(error: unknown): RunOutcome {
    if (this.#input.plan.signal?.aborted) return { status: "partial" };
    if (this.#trials.length === 0 || !OllamaError.is(error)) throw error;
    return { status: "partial", failure: { code: error.code, message: error.message } };
  }

  /** Finished trials of an earlier run count as if they had been run now. */
  #takeOver({ header, trials, records }: EarlierRun): void {
    this.#header = header;
    // Times count from the start of the run that is gone on with: the two parts must not lie over each other.
    const lastMs = records.reduce((last, { doneMs }) => Math.max(last, doneMs), 0);
    this.#clock = laterClock(this.#clock, Math.max(lastMs, Date.now() - Date.parse(header.startedAt)));
    for (const record of records) this.#records.push(record);
    this.#trials.push(
      ...trials.map(({ model, scenarioId, trial, resources }) => ({ model, scenarioId, trial, resources })),
    );
    for (const trial of trials) this.#progress.skip(trial);
  }

  async #runScenario(scenario: Scenario): Promise<void> {
    const sources = new Map<string, PromptSource>();
    for (let trial = 1; trial <= scenario.trials; trial++) {
      for (const session of this.#sessions) {
        if (
          this.#trials.some(
            (finished) => trialKey(finished) === trialKey({ model: session.name, scenarioId: scenario.id, trial }),
          )
        )
          continue;
        this.#progress.enter("preparing", session.name, scenario.id, trial);
        const source = sources.get(session.name) ?? (await this.#prepare(session, scenario));
        sources.set(session.name, source);
        await this.#runTrial(session, scenario, trial, source);
      }
    }
  }

  async #prepare(session: ModelSession, scenario: Scenario): Promise<PromptSource> {
    const { plan, prompts } = this.#input;
    await session.pin(this.#scenarios, prompts);
    const source = await promptSource(scenario, prompts, plan, (text) => session.countTokens(text));
    return source;
  }

  async #runTrial(session: ModelSession, scenario: Scenario, trial: number, prompts: PromptSource): Promise<void> {
    const { executor, plan } = this.#input;
    this.#progress.enter("measuring", session.name, scenario.id, trial);
    const place = { model: session.name, scenarioId: scenario.id, trial };
    const run: TrialRun = {
      executor,
      session,
      scenario,
      trial,
      prompts,
      plan,
      clock: this.#clock,
      onRecord: (record) => this.#take(record),
      onAnswer: (measured, prompt) => this.#outputs.take(measured, prompt),
    };
    await enterState(run);
    // What a warm-up cost is no part of what is measured.
    const sampler = await this.#startSampler();
    const before = process.cpuUsage();
    let usage: ProcessUsage | undefined;
    let used: NodeJS.CpuUsage;
    try {
      await measureTrial(run);
    } finally {
      used = process.cpuUsage(before);
      usage = await sampler?.stop();
    }
    const loaded = await session.loaded().catch(() => undefined);
    const resources: TrialResources = {
      ...(loaded === undefined ? {} : { modelSizeBytes: loaded.sizeBytes, modelVramBytes: loaded.vramBytes }),
      ...(usage === undefined ? {} : { serverCpuSeconds: usage.cpuSeconds, serverRssBytes: usage.rssBytes }),
      clientCpuSeconds: (used.user + used.system) / 1e6,
    };
    // After the first load the window is known: what is pinned now keeps every later request from reloading it.
    await session.pin(this.#scenarios, this.#input.prompts);
    this.#trials.push({ ...place, resources });
    this.#journal?.append({ type: "trial", ...place, resources });
    if (plan.cooldownMs > 0) await this.#clock.until(this.#clock.nowMs() + plan.cooldownMs, plan.signal);
  }

  #take(record: RequestRecord): void {
    this.#records.push(record);
    this.#journal?.append(record);
    this.#progress.take(record);
    this.#input.plan.onRequest?.(record);
  }

  async #startSampler(): Promise<ProcessSampler | undefined> {
    const { url, isLocal } = await this.#server();
    const port = url === undefined ? undefined : Number(new URL(url).port || 80);
    return isLocal && port !== undefined ? await ProcessSampler.start(port) : undefined;
  }

  #serverDescription: Promise<ServerEnvironment> | undefined;

  #server(): Promise<ServerEnvironment> {
    this.#serverDescription ??= describeServer(this.#input.executor);
    return this.#serverDescription;
  }

  async #report(outcome: RunOutcome): Promise<BenchReport> {
    const models: BenchModel[] = [];
    for (const session of this.#sessions)
      models.push(await describeBenchModel(session).catch(() => ({ name: session.name })));
    return buildReport({
      header: this.#header,
      outcome,
      plan: this.#input.plan,
      models,
      scenarios: this.#scenarios,
      server: await this.#server(),
      trials: this.#trials,
      records: this.#records,
      outputs: this.#outputs.result(),
      optionWarnings: toWireOptions(this.#input.options).warnings,
    });
  }
}

/** A model against itself would not be measured twice: its one set of trials would be compared with itself, as "same". */
function assertModels(models: readonly string[]): void {
  if (models.length === 0) throw new OllamaError("INVALID_CONFIG", "Name at least one model to measure.");
  const twice = models.find((name, index) => models.indexOf(name) !== index);
  if (twice === undefined) return;
  throw new OllamaError(
    "INVALID_CONFIG",
    `Model "${twice}" is named twice. Name each model once; to measure one against itself, give it a second name, such as "NAME" and "NAME:latest".`,
  );
}

async function describeServer(executor: ModelExecutor): Promise<ServerEnvironment> {
  try {
    const described = await executor.describeServer?.();
    if (described === undefined) return { isLocal: false };
    return {
      version: described.version,
      ...(described.url === "" ? {} : { url: described.url }),
      isLocal: isLocalUrl(described.url),
    };
  } catch {
    // Without it the report says less about its surroundings; the measurements are as good.
    return { isLocal: false };
  }
}
