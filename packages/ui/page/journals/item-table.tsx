import type { JournalItem } from "../../src/index.js";
import { ScrollArea } from "../text/scroll-area.tsx";
import { timeInWords } from "../text/times.ts";

/** Each column by its name, and what stands in it. */
const COLUMNS: Record<string, (item: JournalItem) => string | number | undefined> = {
  item: ({ index }) => index + 1,
  id: ({ id }) => id,
  model: ({ model }) => model,
  prompt: ({ prompt }) => prompt,
  answer: ({ success, response, error }) => (success ? response : `failed: ${error ?? "nothing says why"}`),
  tokens: ({ tokens }) => tokens,
  seconds: ({ seconds }) => seconds.toFixed(2),
  "tokens/s": ({ tokensPerSecond }) => tokensPerSecond?.toFixed(1),
  "first token": ({ ttftMs }) => (ttftMs === undefined ? undefined : `${Math.round(ttftMs)} ms`),
  finished: ({ finishedAt }) => timeInWords(finishedAt),
};

/** They stay on one line. */
const SHORT = new Set(["item", "tokens", "seconds", "tokens/s", "first token", "finished"]);
const USUAL = ["item", "prompt", "answer", "tokens", "seconds"];
/** A field of an answer is told from a column of the same name. */
const FIELD = ".";

/** The columns that items can have: the fields of answers that are JSON objects are columns too. */
export function columnsOf(items: readonly JournalItem[]): string[] {
  const fields = new Set(items.flatMap(({ fields = {} }) => Object.keys(fields)));
  return [...Object.keys(COLUMNS), ...[...fields].map((name) => FIELD + name)];
}

/** The columns that the address names, else those that most want to see. */
export function chosenColumns(state: URLSearchParams): string[] {
  return state.has("columns") ? state.getAll("columns") : USUAL;
}

interface ItemTableProps {
  items: readonly JournalItem[];
  caption: string;
  columns: readonly string[];
}

/** Items of a batch, one a row. */
export function ItemTable({ items, caption, columns }: ItemTableProps) {
  return (
    <ScrollArea class="wide" label={caption}>
      <table>
        <caption>{caption}</caption>
        <thead>
          <tr>
            {columns.map((column) => (
              <th key={column} scope="col">
                <bdi>{column}</bdi>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {items.map((item, at) => (
            <tr key={`${at} ${item.key}`}>
              {columns.map((column) => (
                <td key={column} class={classOf(item, column)}>
                  <bdi>{cellOf(item, column)}</bdi>
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollArea>
  );
}

function classOf({ success }: JournalItem, column: string): string {
  if (SHORT.has(column)) return "short";
  return column === "answer" && !success ? "text wrong" : "text";
}

function cellOf(item: JournalItem, column: string): string | number | undefined {
  if (column.startsWith(FIELD)) return item.fields?.[column.slice(FIELD.length)];
  return COLUMNS[column]?.(item);
}
