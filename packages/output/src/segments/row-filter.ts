import type { EntryFilter } from "../entries/entry-filter.js";
import { type DocumentRow, NO_SINGLE_MODEL } from "./document-table.js";

/** Makes the question whether a row passes a filter; `ask` means that only its entry decides. */
export function rowMatcher(filter: EntryFilter, models: readonly string[]): (row: DocumentRow) => "yes" | "no" | "ask" {
  const { kinds, success, matchesModel, tags } = filter;
  const modelAnswers = models.map((name) => matchesModel === undefined || matchesModel(name));
  return (row) => {
    if (!kinds.has(row.kind)) return "no";
    if (row.createdMs < filter.sinceMs || row.createdMs >= filter.untilMs) return "no";
    if (success !== undefined && row.success !== success) return "no";
    if (tags.length > 0) return row.tagged ? "ask" : "no";
    if (matchesModel === undefined) return "yes";
    if (row.model === NO_SINGLE_MODEL) return "ask";
    return modelAnswers[row.model] === true ? "yes" : "no";
  };
}
