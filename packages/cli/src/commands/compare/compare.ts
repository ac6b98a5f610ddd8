import { type BenchReport, createModelComparison } from "@codo/ollama-bench";
import { sameModelName } from "@codo/ollama-core";
import type { ParsedArguments } from "../../arguments/parsed-arguments.js";
import type { CliContext } from "../../context/cli-context.js";
import { type ExitStatus, statusOfPartialRun } from "../../errors/exit-status.js";
import { UsageError } from "../../errors/usage-error.js";
import { nameModels } from "../../running/choose-model.js";
import { readPipedInput } from "../../running/read-stdin.js";
import { planRuns } from "../../running/run-options.js";
import { sanitize } from "../../terminal/sanitize.js";
import { comparisonRows } from "../bench/comparison-rows.js";
import { keepReport } from "../bench/keep-report.js";
import { readPlan } from "../bench/measure-plan.js";
import { reportNothingMeasured } from "../bench/print-report.js";
import { sideBySide } from "./side-by-side.js";

/** Asks several models the same, shows what they say, and who is faster. */
export async function run(args: ParsedArguments, context: CliContext): Promise<ExitStatus | undefined> {
  const { terminal, globals } = context;
  const named = args.list("model");
  if (named.length < 2) throw new UsageError("A comparison takes two models or more.", "codo compare A B -p PROMPT");
  refuseTwice(named);
  const prompt =
    args.text("prompt") ?? (await readPipedInput({ stdin: process.stdin, terminal, isOptional: false })).trim();
  if (prompt === "")
    throw new UsageError("There is no prompt.", 'For example: codo compare A B -p "Why is the sky blue?"');
  const { progress, ...plan } = readPlan(args, context);
  const planRun = await planRuns(args, context);
  const models = await nameModels(context, named);
  refuseTwice(models);
  const { options } = await planRun(models[0] ?? "");
  const runner = await context.runner();
  const measured = createModelComparison(runner, models, [prompt], options, { ...plan, keepText: true });
  const report = await measured.finally(() => progress.end());
  if (!args.flag("no-save")) await keepReport(context, report, "comparison");
  if (globals.isJson) terminal.json(report);
  else print(report, context);
  return report.run.status === "partial" ? statusOfPartialRun(report.run) : reportNothingMeasured(report, context);
}

function refuseTwice(models: readonly string[]): void {
  const twice = models.find((model, index) => models.slice(0, index).some((other) => sameModelName(other, model)));
  if (twice !== undefined) throw new UsageError(`${twice} is named twice.`, "Name each model once.");
}

function print(report: BenchReport, { terminal }: CliContext): void {
  for (const { answers } of (report.outputs ?? []).slice(0, 1)) {
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
  for (const message of new Set(report.warnings.map((warning) => warning.message))) terminal.warn(sanitize(message));
}
