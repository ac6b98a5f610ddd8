import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { OllamaError } from "@codo/ollama-contract";
import type { IndexEntry } from "../entries/index-entry.js";
import { readRecord, readRecordFile } from "../entries/read-record.js";
import type { FileOperations } from "../files/file-operations.js";
import { DeletedDocuments } from "../segments/deleted-documents.js";
import { mergeSegments } from "../segments/merge-segments.js";
import { SegmentBuilder } from "../segments/segment-builder.js";
import { SegmentReader } from "../segments/segment-reader.js";
import { SegmentWriter } from "../segments/segment-writer.js";
import { type SearchText, searchTextOf } from "../text/search-text.js";
import type { IndexPaths } from "./index-paths.js";
import { removeIfThere } from "./manifest.js";
import type { OpenSegment } from "./open-segments.js";

/** What index work needs: where the store is, what to change it with, and when to let others go on. */
export interface IndexWorkspace {
  paths: IndexPaths;
  files: FileOperations;
  pause: () => Promise<void>;
}

/** A record to be indexed; without an entry, when only its file's name is known yet. */
export interface RecordToIndex {
  path: string;
  entry?: IndexEntry;
}

/** Makes a segment of records, which must come oldest first. Records that are gone are left out. */
export async function writeSegment(workspace: IndexWorkspace, records: Iterable<RecordToIndex>): Promise<OpenSegment> {
  return withNewSegment(workspace, async (writer) => {
    const builder = new SegmentBuilder(writer);
    for (const record of records) {
      await workspace.pause();
      const found = textAndEntry(workspace.paths.base, record);
      if (found !== undefined) builder.add(found.entry, found.text);
    }
    builder.writeTerms();
  });
}

/** Makes one segment of several. */
export async function joinSegments(workspace: IndexWorkspace, segments: readonly OpenSegment[]): Promise<OpenSegment> {
  return withNewSegment(workspace, (writer) => mergeSegments(segments, writer, workspace.pause));
}

async function withNewSegment(
  { paths, files }: IndexWorkspace,
  fill: (writer: SegmentWriter) => Promise<void>,
): Promise<OpenSegment> {
  const name = `${randomBytes(10).toString("hex")}.segment`;
  const path = join(paths.segments, name);
  files.makeFolder(paths.segments);
  const writer = new SegmentWriter(path, files);
  try {
    await fill(writer);
    const { footer, sizeBytes } = writer.finish();
    const info = { name, docs: footer.docs, sizeBytes };
    return { info, reader: new SegmentReader(path), deleted: new DeletedDocuments(footer.docs) };
  } catch (error) {
    writer.close();
    removeIfThere(path, files);
    throw error;
  }
}

function textAndEntry(
  base: string,
  { path, entry }: RecordToIndex,
): { entry: IndexEntry; text: SearchText } | undefined {
  try {
    if (entry === undefined) {
      const found = readRecord(base, path);
      return found === undefined ? undefined : { entry: found.entry, text: searchTextOf(found.record) };
    }
    const file = readRecordFile(base, path);
    return file === undefined ? undefined : { entry, text: searchTextOf(file.record) };
  } catch (error) {
    // A record that somebody damaged is left where it is; `rebuildIndex` counts it.
    if (OllamaError.is(error) && error.code === "SCHEMA_MISMATCH") return undefined;
    throw error;
  }
}
