import { OllamaError } from "@codo/ollama-contract";
import type { IndexEntry } from "../entries/index-entry.js";
import { readRecord } from "../entries/read-record.js";
import { walkRecords } from "../records/walk-records.js";
import type { LiveIndex } from "./live-index.js";
import type { LogLine } from "./log-line.js";
import type { LogWriter } from "./log-writer.js";
import type { IndexWorkspace } from "./write-segment.js";

const LINES_AT_ONCE = 256;

/**
 * Compares the index with the names of the record files, and logs what it lacks and what is gone. Reads only records
 * that were unknown, so it is far cheaper than a rebuild.
 */
export async function healIndex(workspace: IndexWorkspace, index: LiveIndex, log: LogWriter): Promise<void> {
  const { paths, pause } = workspace;
  // Made again before the files are looked at: what is saved from now on is in them.
  for (const folder of [paths.logs, paths.lengths]) workspace.files.makeFolder(folder);
  const known = await knownPaths(index, pause);
  let lines: LogLine[] = [];
  const add = (line: LogLine): void => {
    lines.push(line);
    if (lines.length < LINES_AT_ONCE) return;
    log.append(lines);
    lines = [];
  };
  for (const file of await walkRecords(paths.base, pause)) {
    if (known.delete(file.path)) continue;
    await pause();
    const entry = entryOf(paths.base, file.path);
    if (entry !== undefined) add({ op: "put", entry, atMs: Date.now() });
  }
  for (const { id, createdMs, path } of known.values()) {
    if (!index.exists({ path })) add({ op: "del", id, createdMs, path, atMs: Date.now() });
  }
  if (lines.length > 0) log.append(lines);
  index.logs.repairLengths(workspace.files);
}

async function knownPaths(index: LiveIndex, pause: () => Promise<void>): Promise<Map<string, IndexEntry>> {
  const known = new Map<string, IndexEntry>();
  for (const entry of index.logs.puts.values()) known.set(entry.path, entry);
  for (const { reader, deleted } of index.segments) {
    const table = reader.table();
    for (let doc = 0; doc < reader.docs; doc++) {
      await pause();
      if (deleted.has(doc)) continue;
      const entry = reader.entry(table.row(doc));
      known.set(entry.path, entry);
    }
  }
  return known;
}

function entryOf(base: string, path: string): IndexEntry | undefined {
  try {
    return readRecord(base, path)?.entry;
  } catch (error) {
    if (OllamaError.is(error) && error.code === "SCHEMA_MISMATCH") return undefined;
    throw error;
  }
}
