import { checkModelUpdate, type ModelUpdate } from "@codo/ollama-core";
import type { ParsedArguments } from "../../arguments/parsed-arguments.js";
import type { CliContext } from "../../context/cli-context.js";
import { EXIT_STATUS, type ExitStatus } from "../../errors/exit-status.js";
import { UsageError } from "../../errors/usage-error.js";
import { howToGetOne } from "../../hints/how-to-get-a-model.js";
import { sanitize } from "../../terminal/sanitize.js";
import { pullModel } from "./pull-models.js";

/** Looks which models have a newer version, and updates them unless it is a dry run. */
export async function run(args: ParsedArguments, context: CliContext): Promise<ExitStatus | undefined> {
  const { terminal, globals, signal } = context;
  const manager = await context.manager();
  const named = args.list("model");
  const installed = await manager.listModels({ signal });
  const models = named.length === 0 ? installed : await Promise.all(named.map((name) => manager.getModelByName(name)));
  const missing = named.find((_, index) => !models[index]);
  if (missing !== undefined) throw new UsageError(`${missing} is not installed.`, `${howToGetOne(missing)}.`);
  const checked: ModelUpdate[] = [];
  context.done = { models: checked };
  for (const model of models) if (model) checked.push(await checkModelUpdate(model, { signal }));
  const outdated = checked.filter(({ status }) => status === "outdated");
  if (!args.flag("check")) {
    for (const update of outdated) {
      await pullModel(context, manager, { model: update.name, isPart: true });
      update.status = "updated";
    }
  }
  if (globals.isJson) terminal.json({ models: checked });
  else terminal.table(["NAME", "STATUS"], checked.map(statusRow));
  return checked.length > 0 && checked.every(({ status }) => status === "unknown") ? EXIT_STATUS.failure : undefined;
}

function statusRow({ name, status, reason }: ModelUpdate): string[] {
  return [sanitize(name), reason === undefined ? status : `${status}: ${sanitize(reason)}`];
}
