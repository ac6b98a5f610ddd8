import type { IndexEntry } from "../entries/index-entry.js";
import { findRecordFile } from "../records/record-path.js";
import { isOwnerDead } from "./log-owner.js";
import type { LogSet, LogState, Removal } from "./log-set.js";

/** A line about a file that is not as it says may be about to come true for so long. */
const GRACE_MS = 60_000;

/** What the logs say that no segment holds, as far as it is certain. */
export interface LogChanges {
  /** Records that are there, oldest first. */
  puts: IndexEntry[];
  /** Records that are gone. */
  removals: Removal[];
  /** How much of each log this covers. */
  consumed: Record<string, number>;
  /** Logs that this covers wholly and that no one will write to again. */
  finished: string[];
}

/**
 * Compares the logs with the files. A line was written before the deed: where the file shows that it was done, or that
 * it will never be (the writer is dead, or the line is old), the line is settled; at one that is open, the log waits.
 */
export function collectChanges(base: string, logs: LogSet): LogChanges {
  const nowMs = Date.now();
  const known = new Set<string>();
  const there = (path: string): boolean => findRecordFile(base, path, known) !== undefined;
  const puts = new Map<string, IndexEntry>();
  const removals: Removal[] = [];
  const consumed: Record<string, number> = {};
  const finished: string[] = [];
  for (const log of logs.logs) {
    const ownerDead = isOwnerDead(log.name);
    const isOpen = (atMs: number): boolean => !ownerDead && Math.abs(nowMs - atMs) < GRACE_MS;
    const end = settle(log, {
      put: (entry, atMs) => {
        if (there(entry.path)) puts.set(entry.id, entry);
        else if (!logs.removals.has(entry.id) && isOpen(atMs)) return false;
        return true;
      },
      del: (removal) => {
        if (!there(removal.path)) removals.push(removal);
        else if (isOpen(removal.atMs)) return false;
        return true;
      },
    });
    consumed[log.name] = end;
    // A writer that died after its log was read may have written lines that are not among these.
    if (end === log.endOffset && (log.ended || log.ownerDead)) finished.push(log.name);
  }
  const oldestFirst = [...puts.values()].sort((a, b) => a.createdMs - b.createdMs || (a.id < b.id ? -1 : 1));
  return { puts: oldestFirst, removals, consumed, finished };
}

/** Goes through a log's lines up to the first that is open; gives the offset reached. */
function settle(
  log: LogState,
  decide: { put: (entry: IndexEntry, atMs: number) => boolean; del: (removal: Removal) => boolean },
): number {
  let reached = log.startOffset;
  for (const { line, endOffset } of log.lines) {
    if (line.op === "put" && !decide.put(line.entry, line.atMs)) return reached;
    if (line.op === "del" && !decide.del(line)) return reached;
    reached = endOffset;
  }
  return log.endOffset;
}
