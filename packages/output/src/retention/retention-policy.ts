import { OllamaError } from "@codo/ollama-contract";
import type { IndexEntry } from "../entries/index-entry.js";
import { isRecordKind, type RecordKind } from "../records/record-kind.js";

/** What to keep; a record that breaks any limit goes. */
export interface RetentionRule {
  /** Days since a record was created (or since its file last changed, if that is longer ago). */
  maxAgeDays?: number;
  /** Most records; the newest stay. */
  maxCount?: number;
  /** Most bytes of record files together; the newest stay. */
  maxBytes?: number;
}

/**
 * Limits for all records together, and further ones for single kinds. Pinned records stay and do not count, and so does
 * each model's newest configuration snapshot.
 */
export interface RetentionPolicy extends RetentionRule {
  perKind?: Partial<Record<RecordKind, RetentionRule>>;
}

/** Which limit a record broke. */
export type RetentionReason = "age" | "count" | "bytes";

const DAY_MS = 24 * 60 * 60 * 1000;

/** Decides record by record, which must come newest first. */
export class RetentionDecider {
  readonly #all: RuleState;
  readonly #kinds: ReadonlyMap<string, RuleState>;

  /** @throws INVALID_REQUEST for a limit that is no number of at least 0 */
  constructor(policy: RetentionPolicy, nowMs: number) {
    this.#all = new RuleState(policy, nowMs);
    this.#kinds = new Map(
      Object.entries(policy.perKind ?? {}).map(([kind, rule]) => {
        if (!isRecordKind(kind)) throw invalid(`"${kind}" is no kind of record`);
        return [kind, new RuleState(rule, nowMs)];
      }),
    );
  }

  /** Why a record goes; `undefined` when it stays. `ageFromMs` is when its age began. */
  decide(entry: Pick<IndexEntry, "kind" | "sizeBytes">, ageFromMs: number): RetentionReason | undefined {
    const rules = [this.#all, this.#kinds.get(entry.kind)].filter((rule) => rule !== undefined);
    for (const rule of rules) {
      const reason = rule.check(entry.sizeBytes, ageFromMs);
      if (reason !== undefined) return reason;
    }
    for (const rule of rules) rule.keep(entry.sizeBytes);
    return undefined;
  }
}

class RuleState {
  readonly #oldestMs: number;
  readonly #maxCount: number;
  readonly #maxBytes: number;
  #count = 0;
  #bytes = 0;

  constructor(rule: RetentionRule, nowMs: number) {
    this.#oldestMs = nowMs - limitOf(rule, "maxAgeDays") * DAY_MS;
    this.#maxCount = limitOf(rule, "maxCount");
    this.#maxBytes = limitOf(rule, "maxBytes");
  }

  check(sizeBytes: number, ageFromMs: number): RetentionReason | undefined {
    if (ageFromMs <= this.#oldestMs) return "age";
    if (this.#count + 1 > this.#maxCount) return "count";
    if (this.#bytes + sizeBytes > this.#maxBytes) return "bytes";
    return undefined;
  }

  keep(sizeBytes: number): void {
    this.#count++;
    this.#bytes += sizeBytes;
  }
}

function limitOf(rule: RetentionRule, name: keyof RetentionRule): number {
  const limit = rule[name];
  if (limit === undefined) return Infinity;
  if (typeof limit === "number" && limit >= 0) return limit;
  throw invalid(`${name} must be a number of at least 0, and is ${String(limit)}`);
}

function invalid(problem: string): OllamaError {
  return new OllamaError("INVALID_REQUEST", `Nothing was removed: ${problem}.`);
}
