import { type ModelExecutor, OllamaError, type PartialExecutionOptions, toWireOptions } from "@codo/ollama-core";
import { ulid } from "ulid";
import { isLocalUrl } from "../environment/client-environment.js";
import { describeBenchModel } from "../environment/describe-models.js";
import { ProcessSampler } from "../environment/process-sampler.js";
import { BenchJournal, type EarlierRun, type JournalHeader, planHash, trialKey } from "../journal/bench-journal.js";
import type { RequestRecord } from "../measure/request-record.js";
import type { ResolvedPlan } from "../plan/bench-plan.js";
import { type Clock, monotonicClock } from "../plan/clock.js";
import { type Scenario, scenariosOf } from "../plan/scenario.js";
import { type PromptSource, promptSource } from "../prompts/prompt-source.js";
import type { BenchModel, BenchReport, ServerEnvironment, TrialResources } from "../report/bench-report.js";
import { buildReport, type FinishedTrial } from "../report/build-report.js";
import { ModelSession } from "./model-session.js";
import { ProgressReporter } from "./progress-reporter.js";
import { runTrial } from "./run-trial.js";
import { SideBySideOutputs } from "./side-by-side.js";

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
  readonly #clock: Clock;
  readonly #sessions: ModelSession[];
  readonly #records: RequestRecord[] = [];
  readonly #trials: FinishedTrial[] = [];
  readonly #outputs: SideBySideOutputs;
  readonly #promptTokens = new Map<string, number>();
  readonly #progress: ProgressReporter;
  #journal: BenchJournal | undefined;
  #header: JournalHeader;

  constructor(input: BenchRunInput) {
    const { executor, models, prompts, options, plan } = input;
    if (models.length === 0) throw new OllamaError("INVALID_CONFIG", "Name at least one model to measure.");
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
      runId: ulid(),
      startedAt: new Date().toISOString(),
      planHash: planHash(models, this.#scenarios, plan.seed),
    };
  }

  /** @throws OllamaError `MODEL_NOT_FOUND`, `SERVER_UNAVAILABLE` before anything is measured; afterwards failures are part of the report */
  async run(): Promise<BenchReport> {
    const { plan } = this.#input;
    for (const session of this.#sessions) await session.describe();
    if (plan.journal !== undefined) {
      const { journal, earlier } = BenchJournal.open(plan.journal, this.#header, plan.resume);
      this.#journal = journal;
      if (earlier !== undefined) this.#takeOver(earlier);
    }
    let status: BenchReport["run"]["status"] = "complete";
    try {
      for (const scenario of this.#scenarios) await this.#runScenario(scenario);
    } catch (error) {
      // An interrupted run still has a report: of everything that was measured until then.
      if (!plan.signal?.aborted) throw error;
      status = "partial";
    } finally {
      this.#journal?.close();
    }
    this.#progress.finish();
    return await this.#report(status);
  }

  /** Finished trials of an earlier run count as if they had been run now. */
  #takeOver({ header, trials, records }: EarlierRun): void {
    this.#header = header;
    this.#records.push(...records);
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
    await session.pin(this.#scenarios);
    const source = await promptSource(scenario, prompts, plan, (text) => session.countTokens(text));
    if (source.tokens !== undefined) this.#promptTokens.set(JSON.stringify([session.name, scenario.id]), source.tokens);
    return source;
  }

  async #runTrial(session: ModelSession, scenario: Scenario, trial: number, prompts: PromptSource): Promise<void> {
    const { executor, plan } = this.#input;
    this.#progress.enter("measuring", session.name, scenario.id, trial);
    const place = { model: session.name, scenarioId: scenario.id, trial };
    const sampler = await this.#startSampler();
    const cpuBefore = process.cpuUsage();
    await runTrial({
      executor,
      session,
      scenario,
      trial,
      prompts,
      plan,
      clock: this.#clock,
      onRecord: (record) => this.#take(record),
      onAnswer: (measured, prompt) => this.#outputs.take(measured, prompt),
    });
    const cpu = process.cpuUsage(cpuBefore);
    const usage = await sampler?.stop();
    const loaded = await session.loaded().catch(() => undefined);
    const resources: TrialResources = {
      ...(loaded === undefined ? {} : { modelSizeBytes: loaded.sizeBytes, modelVramBytes: loaded.vramBytes }),
      ...(usage === undefined ? {} : { serverCpuSeconds: usage.cpuSeconds, serverRssBytes: usage.rssBytes }),
      clientCpuSeconds: (cpu.user + cpu.system) / 1e6,
    };
    // After the first load the window is known: what is pinned now keeps every later request from loading anew.
    await session.pin(this.#scenarios);
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

  async #report(status: BenchReport["run"]["status"]): Promise<BenchReport> {
    const models: BenchModel[] = [];
    for (const session of this.#sessions)
      models.push(await describeBenchModel(session).catch(() => ({ name: session.name })));
    return buildReport({
      header: this.#header,
      status,
      plan: this.#input.plan,
      models,
      scenarios: this.#scenarios,
      server: await this.#server(),
      trials: this.#trials,
      records: this.#records,
      promptTokens: this.#promptTokens,
      outputs: this.#outputs.result(),
    });
  }
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
