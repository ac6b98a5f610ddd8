import { createModelComparison } from "@codo/ollama-bench";
import type { ParsedArguments } from "../../arguments/parsed-arguments.js";
import type { CliContext } from "../../context/cli-context.js";
import type { ExitStatus } from "../../errors/exit-status.js";
import { chooseModel, nameModels } from "../../running/choose-model.js";
import { planRuns } from "../../running/run-options.js";
import { keepReport } from "./keep-report.js";
import { readPlan, readPrompts } from "./measure-plan.js";
import { MeasuredRequests } from "./measured-requests.js";
import { printReport } from "./print-report.js";

/** Measures models and prints the report. */
export async function run(args: ParsedArguments, context: CliContext): Promise<ExitStatus | undefined> {
  const prompts = await readPrompts(args);
  const { progress, ...plan } = readPlan(args, context);
  const requests = new MeasuredRequests(args, context.terminal);
  const planRun = await planRuns(args, context, { isReport: true });
  const named = args.list("model");
  const { model, url } = await chooseModel(context, named[0]);
  const models = named.length > 1 ? [model, ...(await nameModels(context, named.slice(1)))] : [model];
  const { options } = await planRun(model);
  const runner = await context.runner(url);
  const report = await createModelComparison(runner, models, prompts, options, {
    ...plan,
    onRequest: requests.take,
  }).finally(() => progress.end());
  if (!args.flag("no-save")) await keepReport(context, report, "benchmark");
  return await printReport({ report, collectRequests: requests.all }, args, context);
}
