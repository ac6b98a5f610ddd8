import { type OllamaModel, readModels } from "@codo/ollama-core";
import type { ParsedArguments } from "../../arguments/parsed-arguments.js";
import type { CliContext } from "../../context/cli-context.js";
import { formatBytes } from "../../terminal/quantities.js";
import { relativeTimes } from "../../terminal/relative-time.js";
import { sanitize } from "../../terminal/sanitize.js";

/** Lists the installed models as `ollama list` does, newest first. */
export async function run(args: ParsedArguments, context: CliContext): Promise<undefined> {
  const { terminal, globals, signal } = context;
  const prefix = args.text("filter")?.toLowerCase() ?? "";
  const isMeant = ({ name }: { name: string }) => name.toLowerCase().startsWith(prefix);
  if (globals.isJson) {
    const models = await context.ask(async (client) => (await context.managerOver(client)).listModels({ signal }));
    terminal.json({ models: models.filter(isMeant).sort(newestFirst) });
    return;
  }
  // Here only the names are asked for, and not also what is loaded.
  const models = readModels(await context.ask((client) => client.list({ signal })));
  const relative = relativeTimes(terminal);
  const rows = models
    .filter(isMeant)
    .sort(newestFirst)
    .map(({ name, id, size, modified }) => [
      sanitize(name),
      id,
      formatBytes(size),
      modified === "" ? "" : relative(new Date(modified)),
    ]);
  terminal.table(["NAME", "ID", "SIZE", "MODIFIED"], rows);
  if (models.length === 0) terminal.note("No models. `codo models pull NAME` gets one.");
  else if (rows.length === 0) terminal.note(`No model begins with ${sanitize(prefix)}.`);
}

function newestFirst(a: OllamaModel, b: OllamaModel): number {
  return a.modified < b.modified ? 1 : -1;
}
