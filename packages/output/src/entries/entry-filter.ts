import { OllamaError, sameModelName } from "@codo/ollama-contract";
import { isRecordKind, RECORD_KINDS, type RecordKind } from "../records/record-kind.js";
import type { IndexEntry } from "./index-entry.js";

/** Which records to take; all conditions that are given must hold. */
export interface OutputFilter {
  /** Compared as Ollama compares names: `x` is `x:latest`, and case does not count. */
  model?: string;
  /** @defaultValue every kind but `config` */
  kind?: RecordKind | readonly RecordKind[];
  /** Created then or later: a date, ISO 8601 text or milliseconds since 1970. */
  since?: Date | string | number;
  /** Created before then. */
  until?: Date | string | number;
  /** A tag that the record has; of several, each one. */
  tag?: string | readonly string[];
  success?: boolean;
}

/** An {@link OutputFilter}, checked and ready to ask. */
export interface EntryFilter {
  kinds: ReadonlySet<RecordKind>;
  sinceMs: number;
  untilMs: number;
  matchesModel: ((modelName: string) => boolean) | undefined;
  tags: readonly string[];
  success: boolean | undefined;
}

const DEFAULT_KINDS = (Object.keys(RECORD_KINDS) as RecordKind[]).filter((kind) => kind !== "config");

/** Checks a filter. @throws INVALID_REQUEST when a kind or a time in it is none. */
export function compileFilter(filter: OutputFilter = {}): EntryFilter {
  const { model, kind, tag } = filter;
  const kinds = kind === undefined ? DEFAULT_KINDS : typeof kind === "string" ? [kind] : kind;
  for (const name of kinds) {
    if (!isRecordKind(name)) {
      throw new OllamaError(
        "INVALID_REQUEST",
        `There is no kind of record called "${String(name)}". Use one of ${Object.keys(RECORD_KINDS).join(", ")}.`,
      );
    }
  }
  const known = new Map<string, boolean>();
  return {
    kinds: new Set(kinds),
    sinceMs: filter.since === undefined ? -Infinity : timeOf("since", filter.since),
    untilMs: filter.until === undefined ? Infinity : timeOf("until", filter.until),
    matchesModel:
      model === undefined
        ? undefined
        : (name) => {
            const answer = known.get(name) ?? sameModelName(name, model);
            known.set(name, answer);
            return answer;
          },
    tags: tag === undefined ? [] : typeof tag === "string" ? [tag] : tag,
    success: filter.success,
  };
}

/** Whether an entry passes a filter. */
export function matchesFilter(entry: IndexEntry, filter: EntryFilter): boolean {
  const { matchesModel, success, tags } = filter;
  return (
    filter.kinds.has(entry.kind) &&
    entry.createdMs >= filter.sinceMs &&
    entry.createdMs < filter.untilMs &&
    (success === undefined || entry.success === success) &&
    tags.every((tag) => entry.tags.includes(tag)) &&
    (matchesModel === undefined || entryModels(entry).some(matchesModel))
  );
}

/** The models that an entry is about. */
export function entryModels(entry: Pick<IndexEntry, "modelName" | "models">): string[] {
  return entry.models ?? (entry.modelName === undefined ? [] : [entry.modelName]);
}

function timeOf(name: string, value: Date | string | number): number {
  const timeMs = new Date(value).getTime();
  if (!Number.isNaN(timeMs)) return timeMs;
  throw new OllamaError(
    "INVALID_REQUEST",
    `"${name}" is not a time: ${JSON.stringify(value)}. Give a date such as "2026-01-31" or "2026-01-31T12:00:00Z".`,
  );
}
