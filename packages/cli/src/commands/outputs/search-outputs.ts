import type { Highlight } from "@codo/ollama-output";
import type { ParsedArguments } from "../../arguments/parsed-arguments.js";
import type { CliContext } from "../../context/cli-context.js";
import { sanitize } from "../../terminal/sanitize.js";
import { wrapText } from "../../terminal/text-layout.js";
import { readFilter } from "./read-filter.js";

const DEFAULT_LIMIT = 10;

/** Searches prompts and answers. */
export async function run(args: ParsedArguments, context: CliContext): Promise<undefined> {
  const { terminal, globals } = context;
  const limit = args.count("limit") ?? DEFAULT_LIMIT;
  const outputs = await context.outputs();
  const found = await outputs.searchOutputs(args.list("query").join(" "), { ...readFilter(args), limit });
  if (globals.isJson) {
    terminal.json(found);
    return;
  }
  for (const { id, modelName = "", createdAt, highlights } of found.items) {
    terminal.line(`${terminal.style.cyan(id)}  ${sanitize(modelName)}  ${createdAt.slice(0, 10)}`);
    for (const highlight of highlights) {
      const lines = wrapText(sanitize(highlight.text).replace(/\s+/g, " "), terminal.lineWidth - 4);
      for (const line of lines) terminal.line(`    ${markFound(line, highlight, terminal.style.bold)}`);
    }
  }
  terminal.note(
    `${found.total} found${found.total > found.items.length ? `, the best ${found.items.length} shown` : ""}.`,
  );
}

// Wrapping moves the found words, so they are marked by their text.
function markFound(line: string, { text, ranges }: Highlight, mark: (text: string) => string): string {
  const words = [...new Set(ranges.map(([start, end]) => sanitize(text.slice(start, end))))].filter(
    (word) => word !== "",
  );
  if (words.length === 0) return line;
  const escaped = words.sort((a, b) => b.length - a.length).map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  return line.replace(new RegExp(escaped.join("|"), "g"), (word) => mark(word));
}
