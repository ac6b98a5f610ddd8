import { exchangesOf } from "../records/record-content.js";
import type { StoredRecord } from "../records/stored-record.js";
import { forEachTerm } from "../text/tokenize.js";
import { matchesTerm, type SearchQuery } from "./search-query.js";

const SNIPPET_LENGTH = 200;
const LEAD_LENGTH = 40;

/** A part of a text with the words that were found. */
export interface Highlight {
  field: "prompt" | "response";
  /** A piece of the text, with `…` where it was cut. */
  text: string;
  /** Where the found words are in `text`: beginning and end, in UTF-16 units. */
  ranges: [start: number, end: number][];
}

/** The first places of a record where a query's words are: at most one for the prompt and one for the response. */
export function highlightsOf(record: StoredRecord, query: SearchQuery): Highlight[] {
  const highlights: Highlight[] = [];
  for (const field of ["prompt", "response"] as const) {
    for (const exchange of exchangesOf(record)) {
      const highlight = highlightText(exchange[field], query);
      if (highlight === undefined) continue;
      highlights.push({ field, ...highlight });
      break;
    }
  }
  return highlights;
}

function highlightText(text: string, query: SearchQuery): Pick<Highlight, "text" | "ranges"> | undefined {
  const ranges: [number, number][] = [];
  forEachTerm(text, (term, start, end) => {
    const last = ranges.at(-1);
    if (!matchesTerm(query, term)) return;
    if (last !== undefined && start < last[1]) last[1] = Math.max(last[1], end);
    else ranges.push([start, end]);
  });
  const [first] = ranges;
  if (first === undefined) return undefined;
  const start = edge(text, Math.max(0, first[0] - LEAD_LENGTH));
  const end = edge(text, Math.min(text.length, start + SNIPPET_LENGTH));
  const before = start > 0 ? "…" : "";
  const shift = before.length - start;
  return {
    text: `${before}${text.slice(start, end)}${end < text.length ? "…" : ""}`,
    ranges: ranges.filter((range) => range[1] <= end).map(([from, to]) => [from + shift, to + shift]),
  };
}

/** The same place, or one later where it would split a surrogate pair. */
function edge(text: string, at: number): number {
  return /[\ud800-\udbff]/.test(text.charAt(at - 1)) ? at + 1 : at;
}
