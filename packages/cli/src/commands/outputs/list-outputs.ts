import type { OutputEntry } from "@codo/ollama-output";
import type { ParsedArguments } from "../../arguments/parsed-arguments.js";
import type { CliContext } from "../../context/cli-context.js";
import { formatRelative } from "../../terminal/quantities.js";
import { sanitize } from "../../terminal/sanitize.js";
import { clip } from "../../terminal/text-layout.js";
import { readFilter } from "./read-filter.js";

const DEFAULT_LIMIT = 20;
const PROMPT_WIDTH = 40;

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
  const now = new Date();
  terminal.table(
    ["ID", "KIND", "MODEL", "CREATED", "PROMPT"],
    page.items.map((entry) => outputRow(entry, now)),
  );
  if (page.nextCursor !== undefined) terminal.note(`More with --cursor ${page.nextCursor}`);
  if (page.items.length === 0) terminal.note("No saved result matches.");
}

/** An entry as a row of a table. */
export function outputRow(
  { id, kind, success, pinned, createdAt, promptPreview, responsePreview, ...entry }: OutputEntry,
  now: Date,
): string[] {
  const model = entry.modelName ?? entry.models?.join(" ") ?? "";
  // A run that was interrupted or broke off has an answer, and it is not the whole one.
  const failure = kind === "result" && responsePreview !== "" ? " (partial)" : " (failed)";
  const marks = `${success ? "" : failure}${pinned ? " (pinned)" : ""}`;
  const age = formatRelative(new Date(createdAt), now);
  return [id, `${kind}${marks}`, sanitize(model), age, clip(sanitize(promptPreview), PROMPT_WIDTH)];
}
