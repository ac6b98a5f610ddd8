import type { OutputEntry } from "@codo/ollama-output";
import type { ParsedArguments } from "../../arguments/parsed-arguments.js";
import type { CliContext } from "../../context/cli-context.js";
import { relativeTimes } from "../../terminal/relative-time.js";
import { sanitize } from "../../terminal/sanitize.js";
import { readFilter } from "./read-filter.js";
import { shortIds } from "./result-id.js";

const DEFAULT_LIMIT = 20;

/** Lists what is kept, newest first. */
export async function run(args: ParsedArguments, context: CliContext): Promise<undefined> {
  const { terminal, globals } = context;
  const cursor = args.text("cursor");
  const limit = args.count("limit") ?? DEFAULT_LIMIT;
  const query = { ...readFilter(args), limit, ...(cursor === undefined ? {} : { cursor }) };
  const page = await (await context.outputs()).listSavedOutputs(query);
  if (globals.isJson) {
    terminal.json(page);
    return;
  }
  const relative = relativeTimes(terminal);
  const ids = terminal.isOutputTerminal ? shortIds(page.items.map(({ id }) => id)) : undefined;
  const rows = page.items.map((entry, index) => outputRow({ ...entry, id: ids?.[index] ?? entry.id }, relative));
  terminal.table(["ID", "KIND", "MODEL", "CREATED", "PROMPT"], rows);
  if (page.nextCursor !== undefined) terminal.note(`More with --cursor ${page.nextCursor}`);
  if (page.items.length === 0) terminal.note("No saved result matches.");
}

/** An entry as a row of a table. */
function outputRow(
  { id, kind, success, pinned, createdAt, promptPreview, responsePreview, ...entry }: OutputEntry,
  relative: (time: Date) => string,
): string[] {
  const model = entry.modelName ?? entry.models?.join(" ") ?? "";
  // A run that was interrupted or broke off has an answer, and it is not the whole one.
  const failure = kind === "result" && responsePreview !== "" ? " (partial)" : " (failed)";
  const marks = `${success ? "" : failure}${pinned ? " (pinned)" : ""}`;
  return [id, `${kind}${marks}`, sanitize(model), relative(new Date(createdAt)), sanitize(promptPreview)];
}
