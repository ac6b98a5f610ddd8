import type { ParsedArguments } from "../../arguments/parsed-arguments.js";
import type { CliContext } from "../../context/cli-context.js";
import { formatBytes, formatRelative } from "../../terminal/quantities.js";
import { sanitize } from "../../terminal/sanitize.js";

/** Lists the installed models as `ollama list` does, newest first. */
export async function run(args: ParsedArguments, context: CliContext): Promise<undefined> {
  const { terminal, globals, signal } = context;
  const prefix = args.text("filter")?.toLowerCase() ?? "";
  const listed = await (await context.manager()).listModels({ signal });
  const models = listed
    .filter(({ name }) => name.toLowerCase().startsWith(prefix))
    .sort((a, b) => (a.modified < b.modified ? 1 : -1));
  if (globals.isJson) {
    terminal.json({ models });
    return;
  }
  const now = new Date();
  const rows = models.map(({ name, id, size, modified }) => [
    sanitize(name),
    id,
    formatBytes(size),
    formatRelative(new Date(modified), now),
  ]);
  terminal.table(["NAME", "ID", "SIZE", "MODIFIED"], rows);
  if (models.length === 0) terminal.note("No models. `codo models pull NAME` gets one.");
}
