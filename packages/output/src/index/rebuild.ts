import { setTimeout } from "node:timers/promises";
import { walkRecords } from "../records/walk-records.js";
import { compact } from "./compaction.js";
import { LogSet } from "./log-set.js";
import { MaintenanceLease } from "./maintenance-lease.js";
import { newestGeneration, readManifest } from "./manifest.js";
import type { OpenSegment } from "./open-segments.js";
import { type IndexWorkspace, writeSegment } from "./write-segment.js";

const DOCS_AT_ONCE = 8192;
const LEASE_RETRY_MS = 50;
const ATTEMPTS = 5;

/** What a rebuild did. */
export interface RebuildSummary {
  /** Records found and indexed. */
  records: number;
  /** Files that look like records and could not be read; they are left as they are. */
  unreadable: number;
}

/**
 * Makes the index from the record files alone. Saves may go on meanwhile: what they add is in the logs, which are read
 * before the files and merged on top. Another process's merge is waited for, and one that comes in between starts it again.
 */
export async function rebuildFromRecords(workspace: IndexWorkspace): Promise<RebuildSummary> {
  const lease = await takeLease(workspace);
  try {
    for (let attempt = 1; ; attempt++) {
      const summary = await rebuildOnce(workspace);
      if (summary !== undefined) return summary;
      if (attempt === ATTEMPTS) throw new Error("other processes kept changing the index");
    }
  } finally {
    lease?.release();
  }
}

async function rebuildOnce(workspace: IndexWorkspace): Promise<RebuildSummary | undefined> {
  const { paths, pause } = workspace;
  const generation = newestGeneration(paths);
  const replaces = readManifest(paths)?.segments ?? [];
  const logs = new LogSet(paths.logs);
  logs.refresh({});
  const found = await walkRecords(paths.base, pause);
  found.sort((a, b) => a.createdMs - b.createdMs || (a.id < b.id ? -1 : 1));
  const segments: OpenSegment[] = [];
  try {
    for (let start = 0; start < found.length; start += DOCS_AT_ONCE) {
      segments.push(await writeSegment(workspace, found.slice(start, start + DOCS_AT_ONCE)));
    }
    if (!(await compact(workspace, { generation, segments, logs, replaces }))) return undefined;
    logs.repairLengths(workspace.files);
    const records = segments.reduce((sum, { info }) => sum + info.docs, 0);
    return { records, unreadable: found.length - records };
  } finally {
    for (const { reader } of segments) reader.close();
  }
}

/** Waits for a merge under way to end; one that takes longer than its lease is not waited for. */
async function takeLease({ paths, files }: IndexWorkspace): Promise<MaintenanceLease | undefined> {
  const startMs = performance.now();
  for (;;) {
    const lease = MaintenanceLease.take(paths, files);
    if (lease !== undefined || performance.now() - startMs > 60_000) return lease;
    await setTimeout(LEASE_RETRY_MS);
  }
}
