import type { EntryFilter } from "../entries/entry-filter.js";
import type { TagChanges } from "../records/tag-changes.js";
import { type DocumentTable, NO_SINGLE_MODEL } from "./document-table.js";

/**
 * Makes the question whether a row passes a filter; `ask` means that only its entry decides. A search asks it of every
 * document with its words, so that it reads no more of a row than it has to.
 */
export function rowMatcher(
  filter: EntryFilter,
  models: readonly string[],
  changes: TagChanges,
): (table: DocumentTable, doc: number) => "yes" | "no" | "ask" {
  const { kinds, success, matchesModel, tags, sinceMs, untilMs } = filter;
  const isAnyTime = sinceMs === -Infinity && untilMs === Infinity;
  const modelAnswers = models.map((name) => matchesModel === undefined || matchesModel(name));
  return (table, doc) => {
    if (!kinds.has(table.kind(doc))) return "no";
    if (!isAnyTime && (table.createdMs(doc) < sinceMs || table.createdMs(doc) >= untilMs)) return "no";
    if (success !== undefined && table.success(doc) !== success) return "no";
    if (tags.length > 0) return table.tagged(doc) || changes.mayConcern(table.idHash(doc)) ? "ask" : "no";
    if (matchesModel === undefined) return "yes";
    const model = table.model(doc);
    if (model === NO_SINGLE_MODEL) return "ask";
    return modelAnswers[model] === true ? "yes" : "no";
  };
}
