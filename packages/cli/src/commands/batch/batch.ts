import type { ModelExecutionResult } from "@codo/ollama-core";
import type { BatchItemInfo, BatchSummary } from "@codo/ollama-runner";
import type { ParsedArguments } from "../../arguments/parsed-arguments.js";
import type { CliContext } from "../../context/cli-context.js";
import { EXIT_STATUS, type ExitStatus } from "../../errors/exit-status.js";
import { UsageError } from "../../errors/usage-error.js";
import { type ChosenModel, chooseModel } from "../../running/choose-model.js";
import { readNamedTemplate } from "../../running/prompt-template.js";
import { planRuns } from "../../running/run-options.js";
import { counted, formatDuration } from "../../terminal/quantities.js";
import { sanitize } from "../../terminal/sanitize.js";
import { BatchFailures } from "./batch-failures.js";
import { batchSource, countItems, readBatchInput } from "./batch-input.js";
import { BatchProgress } from "./batch-progress.js";
import { chooseFleetModel, fleetRunner, submitDetached } from "./batch-runner.js";
import { digestsOf, fleetDigests } from "./fleet-digests.js";
import { journalBeside } from "./journal-path.js";
import { toOpenAiResult } from "./openai-result.js";

/** Different warnings about items that are printed; a table with a thousand columns has as many. */
const MOST_WARNINGS = 20;
/** How long the server may take to list its models, which the batch itself does not need. */
const LISTING_MS = 2000;

/** Runs many prompts. Exit status 1 when any of them failed. */
export async function run(args: ParsedArguments, context: CliContext): Promise<ExitStatus | undefined> {
  const { terminal, globals } = context;
  const { input, journal } = readPaths(args);
  const concurrency = args.count("concurrency");
  const warned = new Set<string>();
  const warnOnce = (warning: string): void => {
    if (warned.size >= MOST_WARNINGS || warned.has(warning)) return;
    warned.add(warning);
    terminal.warn(sanitize(warning));
  };
  const template = await readNamedTemplate(args, context);
  const source = batchSource(args, { file: input, template, warn: warnOnce });
  const total = await countItems(source);
  const { model: templateModel, options: settings } = template?.template ?? {};
  const planRun = await planRuns(args, context, {
    warn: warnOnce,
    ...(settings === undefined ? {} : { template: settings }),
  });
  const isQueued = args.text("queue") !== undefined;
  if (args.flag("detach") && !isQueued) throw new UsageError("--detach needs --queue.", "Name the queue's server.");
  const { model, url }: ChosenModel = isQueued
    ? { model: await chooseFleetModel(args, context, args.text("model") ?? templateModel) }
    : await chooseModel(context, args.text("model") ?? templateModel);
  const { options, call } = await planRun(model);
  const batch = { model, options, call, source, journal, template };
  if (args.flag("detach")) return await submitDetached(args, context, batch);
  const runner = isQueued ? await fleetRunner(args, context, batch) : await context.runner(url);
  const progress = new BatchProgress(terminal, total);
  const kept: ModelExecutionResult[] = [];
  const failures = new BatchFailures();
  const isOpenAi = args.flag("openai");
  const printsResults = globals.isJson || isOpenAi || journal === undefined;
  const onResult = (result: ModelExecutionResult, item: BatchItemInfo) => {
    progress.add({ isRestored: item.restored, isFailed: !result.success });
    failures.add(result, item);
    for (const warning of item.restored ? [] : warningsOf(result)) warnOnce(warning);
    if (args.flag("save")) kept.push(result);
    if (printsResults) terminal.json(isOpenAi ? toOpenAiResult(result, item) : journalLine(result, item));
  };
  let reportedMs = 0;
  const reportWait = (delayMs: number): void => {
    // Short waits come often, and each is over before it is read.
    if (delayMs < 1000 || delayMs <= reportedMs) return;
    reportedMs = delayMs;
    terminal.note(`The server is busy; the next try is in ${formatDuration(delayMs)}.`);
  };
  let summary: BatchSummary;
  const digests = async () => {
    if (isQueued) return digestsOf(model, await fleetDigests(args, context, model));
    return journal === undefined || url !== undefined ? {} : digestsOf(model, await serverDigests(context));
  };
  try {
    summary = await runner.runBatch(model, readBatchInput(source), options, {
      ...call,
      onResult,
      onWait: reportWait,
      retryErrors: args.flag("retry-errors"),
      ...(await digests()),
      onJournalMismatch: args.flag("continue-anyway") ? "continue" : "refuse",
      ...(concurrency === undefined ? {} : { concurrency }),
      ...(total === undefined ? {} : { total }),
      ...(journal === undefined ? {} : { journal }),
    });
  } catch (error) {
    // What came before a batch was left is no less worth keeping.
    if (kept.length > 0) await (await context.outputs()).saveBatchResults(kept);
    throw error;
  } finally {
    progress.end();
    const isToGoOn = context.signal.aborted && journal !== undefined;
    if (isToGoOn) terminal.note(`Run it again to continue; ${journal} has what is done.`);
  }
  if (args.flag("save")) await (await context.outputs()).saveBatchResults(kept);
  if (globals.isJson && !isOpenAi) terminal.json({ summary });
  for (const line of failures.lines()) terminal.error(sanitize(line));
  terminal.note(describe(summary));
  return summary.failed > 0 ? EXIT_STATUS.failure : undefined;
}

/** What tells a model from a later one of the same name. A server that does not say it is gone on without. */
async function serverDigests(context: CliContext): Promise<Record<string, string>> {
  const signal = AbortSignal.any([context.signal, AbortSignal.timeout(LISTING_MS)]);
  const client = await context.client();
  const listed = await client.list({ signal }).catch(() => undefined);
  const digests: Record<string, string> = {};
  for (const { name, digest = "" } of listed?.models ?? []) if (digest !== "") digests[name] = digest;
  return digests;
}

function readPaths(args: ParsedArguments): { input?: string; journal?: string } {
  const named = args.text("input");
  const output = args.text("journal") ?? args.text("output");
  const outputPath = output === undefined ? {} : { journal: output };
  if (named !== undefined && named !== "-") {
    return {
      input: named,
      journal: journalBeside(named),
      ...outputPath,
    };
  }
  if (!process.stdin.isTTY) return outputPath;
  throw new UsageError("There is no input.", "Name a file, or pipe prompts in: `codo batch < prompts.txt`");
}

function journalLine(result: ModelExecutionResult, { index, id }: BatchItemInfo): Record<string, unknown> {
  return { index, ...(id === undefined ? {} : { id }), result };
}

function warningsOf({ metadata: { warnings } }: ModelExecutionResult): string[] {
  return Array.isArray(warnings) ? warnings.map(String) : [];
}

function describe({ total, succeeded, failed, restored, executionTime, tokensUsed, journal }: BatchSummary): string {
  const facts = [
    counted(total, "item"),
    `${succeeded} succeeded`,
    `${failed} failed`,
    ...(restored > 0 ? [`${restored} of them from the journal`] : []),
    `${counted(tokensUsed, "token")} in ${formatDuration(executionTime * 1000)}`,
  ];
  return `${facts.join(", ")}.${journal === undefined ? "" : ` Results: ${journal}`}`;
}
