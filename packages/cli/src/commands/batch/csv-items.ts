import { parseSettingPath, parseSettingValue } from "@codo/ollama-config";
import { OllamaError } from "@codo/ollama-core";
import { parse } from "csv-parse";
import { UsageError } from "../../errors/usage-error.js";
import type { PlacedItem } from "./line-items.js";

/** Columns whose cells may hold JSON: what is no text. */
const JSON_COLUMNS = /^(messages|options|images|tools|format|raw|logprobs|top_?logprobs|truncate|shift|think)$/i;

const HINT =
  "The first row names the columns; `prompt` or `messages` is one of them. Others are fields of an item, such as id, system, model.";

/** A table to read. */
interface Table {
  /** How errors call it. */
  name: string;
  delimiter: string;
  /** Whether a row has to have a prompt of its own: with a template its columns are variables. */
  needsPrompt: boolean;
}

/**
 * The rows of a table whose first row names the columns. An empty cell says nothing.
 * @throws UsageError with the line of a row that has too few or too many cells
 */
export async function* csvItems(
  lines: AsyncIterable<string>,
  { name, delimiter, needsPrompt }: Table,
): AsyncGenerator<PlacedItem, void, undefined> {
  const parser = parse({
    delimiter,
    columns: (header: string[]) => columnsOf(header, name, needsPrompt),
    info: true,
    skip_empty_lines: true,
    // A quote in the middle of a cell is text: tables of a spreadsheet's clipboard have them.
    relax_quotes: true,
  });
  // What goes wrong in the reading or the writing is thrown by the loop below.
  void feed(parser, lines);
  try {
    for await (const { record, info } of parser as AsyncIterable<{ record: Row; info: { lines: number } }>) {
      yield { item: rowItem(record), place: `${name}:${info.lines}` };
    }
  } catch (error) {
    const { code, message, lines: line } = error as { code?: unknown; message: string; lines?: number };
    if (typeof code !== "string" || !code.startsWith("CSV_")) throw error;
    throw new UsageError(
      `${name}:${line ?? "?"}: ${message}`,
      "A cell with a line break, a quote or a separator is in quotes.",
    );
  }
}

type Row = Readonly<Record<string, string>>;

async function feed(parser: ReturnType<typeof parse>, lines: AsyncIterable<string>): Promise<void> {
  try {
    for await (const line of lines) {
      if (parser.destroyed) return;
      if (!parser.write(`${line}\n`))
        await new Promise((resolve) => parser.once("drain", resolve).once("close", resolve));
    }
    parser.end();
  } catch (error) {
    parser.destroy(error as Error);
  }
}

function columnsOf(header: string[], name: string, needsPrompt: boolean): string[] {
  const columns = header.map((title) => title.trim());
  const [twice] = columns.filter((title, index) => columns.indexOf(title) !== index);
  if (twice !== undefined) throw new UsageError(`${name} has the column "${twice}" twice.`, HINT);
  const named = columns.map((title) => (/^(prompt|messages)$/i.test(title) ? title.toLowerCase() : title));
  if (!needsPrompt || named.some((title) => title === "prompt" || title === "messages")) return named;
  throw new UsageError(`${name} has no column "prompt"; it has: ${columns.join(", ")}.`, HINT);
}

function rowItem(row: Row): Record<string, unknown> {
  const cells = Object.entries(row).filter(([, cell]) => cell.trim() !== "");
  return Object.fromEntries(cells.map(cellValue));
}

/** A cell as the field that its column names: a run option by its type, JSON where a field may be more than a text. */
function cellValue([column, cell]: [string, string]): [string, unknown] {
  if (JSON_COLUMNS.test(column)) return [column, jsonOr(cell)];
  const option = /^max_(completion_)?tokens$/.test(column) ? "numPredict" : column;
  try {
    return [column, parseSettingValue(parseSettingPath(`options.${option}`), cell)];
  } catch (error) {
    if (!OllamaError.is(error)) throw error;
    return [column, cell];
  }
}

function jsonOr(cell: string): unknown {
  try {
    return JSON.parse(cell);
  } catch {
    return cell;
  }
}
