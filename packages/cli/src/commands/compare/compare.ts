import { type BenchReport, createModelComparison } from "@codo/ollama-bench";
import { sameModelName } from "@codo/ollama-core";
import type { ParsedArguments } from "../../arguments/parsed-arguments.js";
import type { CliContext } from "../../context/cli-context.js";
import type { ExitStatus } from "../../errors/exit-status.js";
import { promptWords } from "../../errors/prompt-words.js";
import { UsageError } from "../../errors/usage-error.js";
import { nameModels } from "../../running/choose-model.js";
import { readPipedInput } from "../../running/read-stdin.js";
import { planRuns } from "../../running/run-options.js";
import { sanitize } from "../../terminal/sanitize.js";
import { comparisonRows, formatFigure } from "../bench/comparison-rows.js";
import { keepReport } from "../bench/keep-report.js";
import { readPlan, readPrompts } from "../bench/measure-plan.js";
import { MeasuredRequests } from "../bench/measured-requests.js";
import { printReport } from "../bench/print-report.js";
import { sideBySide } from "./side-by-side.js";

/** Asks several models the same, shows what they say, and who is faster. */
export async function run(args: ParsedArguments, context: CliContext): Promise<ExitStatus | undefined> {
  const named = args.list("model");
  if (named.length < 2)
    throw new UsageError("A comparison takes two models or more.", "For example: `codo compare A B -p PROMPT`");
  refuseTwice(named);
  const prompts = await promptsOf(args, context);
  const { progress, ...plan } = readPlan(args, context);
  const planRun = await planRuns(args, context, { isReport: true });
  const models = await nameModels(context, named);
  refuseTwice(models);
  const { options } = await planRun(models[0] ?? "");
  const runner = await context.runner();
  const requests = new MeasuredRequests(args, context.terminal);
  const whole = { ...plan, keepText: true, onRequest: requests.take };
  const measured = createModelComparison(runner, models, prompts, options, whole);
  const report = await measured.finally(() => progress.end());
  if (!args.flag("no-save")) await keepReport(context, report, "comparison");
  const show = () => print(report, context);
  return await printReport({ report, collectRequests: requests.all, show }, args, context);
}

async function promptsOf(args: ParsedArguments, { terminal }: CliContext): Promise<string[]> {
  const named = args.list("prompt");
  if (args.text("prompts") !== undefined) return await readPrompts(args);
  const piped = named.length > 0 ? "" : await readPipedInput({ stdin: process.stdin, terminal, isOptional: false });
  const prompts = [...named, piped.trim()].filter((prompt) => prompt !== "");
  if (prompts.length > 0) return prompts;
  throw new UsageError("There is no prompt.", 'For example: `codo compare A B -p "Why is the sky blue?"`');
}

function refuseTwice(models: readonly string[]): void {
  const twice = models.find((model, index) => models.slice(0, index).some((other) => sameModelName(other, model)));
  if (twice !== undefined) throw new UsageError(`${twice} is named twice.`, "Name each model once.");
}

function print(report: BenchReport, { terminal }: CliContext): void {
  const outputs = (report.outputs ?? []).filter(({ scenarioId }) => scenarioId === report.outputs?.[0]?.scenarioId);
  for (const { answers, prompt } of outputs) {
    // Vectors are no answers to show.
    if (answers.every(({ text }) => text === "")) continue;
    if (outputs.length > 1) terminal.line(terminal.style.dim(sanitize(`\n${prompt}`)));
    const shown = answers.map(({ model, text }) => ({ title: sanitize(model), text: sanitize(text) }));
    terminal.line(sideBySide(shown, { width: terminal.lineWidth, head: terminal.style.bold }));
  }
  for (const { baseline, candidate, metrics, verdict } of report.comparisons ?? []) {
    terminal.line(`\n${terminal.style.bold(sanitize(`${candidate} against ${baseline}: ${verdict}`))}`);
    const rows = comparisonRows(metrics.filter(({ exploratory }) => !exploratory)).map(([metric = "", , , ...row]) => [
      metric,
      ...row,
    ]);
    terminal.table(["METRIC", sanitize(baseline), sanitize(candidate), "SHIFT", "VERDICT"], rows);
  }
  for (const { expression, model, scenarioId, value, met } of report.slo) {
    const outcome = met === null ? "undecided, there is too little data" : met ? "met" : "violated";
    const figure = value === null ? "" : ` with ${formatFigure(value)}`;
    terminal.line(sanitize(`${expression} of ${model}, ${scenarioId}: ${outcome}${figure}`));
  }
  for (const text of warningTexts(report)) terminal.warn(sanitize(promptWords(text)));
}

/** Each warning once, with the models that it is about where it is not about all. */
function warningTexts({ warnings, models }: BenchReport): string[] {
  const about = new Map<string, Set<string>>();
  for (const { message, model } of warnings) {
    const names = about.get(message) ?? new Set();
    about.set(message, model === undefined ? names : names.add(model));
  }
  return [...about].map(([message, names]) =>
    names.size === 0 || names.size === models.length ? message : `${[...names].join(", ")}: ${message}`,
  );
}
