import { lstatSync } from "node:fs";
import { join } from "node:path";
import { errorCode } from "@codo/ollama-node-kit";
import { compileFilter } from "../entries/entry-filter.js";
import type { IndexEntry } from "../entries/index-entry.js";
import type { LiveIndex } from "../index/live-index.js";
import { RECORD_KINDS, type RecordKind } from "../records/record-kind.js";
import { RetentionDecider, type RetentionPolicy, type RetentionReason } from "./retention-policy.js";

/** A record that a clean-up removes, and why. */
export interface RetentionItem {
  id: string;
  kind: RecordKind;
  modelName?: string;
  /** The record's file. */
  path: string;
  sizeBytes: number;
  /** ISO 8601. */
  createdAt: string;
  reason: RetentionReason;
}

/** What a clean-up removed, or would remove. */
export interface RetentionSummary {
  removed: number;
  /** Of the record files. */
  bytes: number;
  dryRun: boolean;
  items: RetentionItem[];
}

/** A record that a policy does not keep. */
export interface Expired {
  entry: IndexEntry;
  reason: RetentionReason;
}

/** Which records a policy does not keep, newest first. @throws INVALID_REQUEST for an invalid policy */
export function findExpired(
  index: LiveIndex,
  base: string,
  context: { policy: RetentionPolicy; pinned: ReadonlySet<string>; nowMs: number },
): Expired[] {
  const decider = new RetentionDecider(context.policy, context.nowMs);
  const everything = compileFilter({ kind: Object.keys(RECORD_KINDS) as RecordKind[] });
  const configured = new Set<string>();
  const expired: Expired[] = [];
  for (const entry of index.newestFirst(everything)) {
    const isNewestConfig = entry.kind === "config" && !configured.has(entry.modelName ?? "");
    if (isNewestConfig) configured.add(entry.modelName ?? "");
    if (isNewestConfig || context.pinned.has(entry.id)) continue;
    const reason = decider.decide(entry, ageStart(base, entry));
    if (reason !== undefined) expired.push({ entry, reason });
  }
  return expired;
}

/** The summary of a clean-up. */
export function summarizeRetention(expired: readonly Expired[], base: string, dryRun: boolean): RetentionSummary {
  const items = expired.map(({ entry, reason }) => ({
    id: entry.id,
    kind: entry.kind,
    ...(entry.modelName === undefined ? {} : { modelName: entry.modelName }),
    path: join(base, entry.path),
    sizeBytes: entry.sizeBytes,
    createdAt: new Date(entry.createdMs).toISOString(),
    reason,
  }));
  return { removed: items.length, bytes: items.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0), dryRun, items };
}

/** A file cannot be younger than its last change says: that catches records from a clock that ran ahead. */
function ageStart(base: string, entry: IndexEntry): number {
  try {
    return Math.min(entry.createdMs, lstatSync(join(base, entry.path)).mtimeMs);
  } catch (error) {
    if (errorCode(error) === "ENOENT") return entry.createdMs;
    throw error;
  }
}
