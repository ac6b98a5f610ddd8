import type { OllamaManager, Progress } from "@codo/ollama-core";
import type { ParsedArguments } from "../../arguments/parsed-arguments.js";
import type { CliContext } from "../../context/cli-context.js";
import { ProgressLines } from "../../terminal/progress-lines.js";

/** Gets models, one after the other. */
export async function run(args: ParsedArguments, context: CliContext): Promise<undefined> {
  const manager = await context.manager();
  const pulled: string[] = [];
  context.done = { pulled };
  for (const model of args.list("model")) {
    await pullModel(context, manager, { model, isInsecure: args.flag("insecure") });
    pulled.push(model);
  }
}

/**
 * Gets one model with a bar for each layer; with `--json` its lines, unless it `isPart` of a command that prints one
 * value. @throws OllamaError what the download failed with
 */
export async function pullModel(
  { terminal, globals, signal }: CliContext,
  manager: OllamaManager,
  { model, isInsecure = false, isPart = false }: { model: string; isInsecure?: boolean; isPart?: boolean },
): Promise<void> {
  const bars = new ProgressLines(terminal);
  const onProgress = ({ line }: Progress) => {
    if (!globals.isJson) bars.show(line);
    else if (!isPart) terminal.json({ model, ...line });
  };
  const options = { signal, onProgress, ...(isInsecure ? { insecure: true } : {}) };
  const isDone = await manager.downloadModel(model, options).finally(() => bars.end());
  if (!isDone && manager.lastError !== undefined) throw manager.lastError;
  if (!globals.isJson) terminal.note(`${model} is there.`);
}
