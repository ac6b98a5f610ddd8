import { existsSync } from "node:fs";
import { join } from "node:path";
import { errorCode } from "@codo/ollama-node-kit";
import type { ListPosition } from "../entries/cursor.js";
import { type EntryFilter, matchesFilter } from "../entries/entry-filter.js";
import { compareNewestFirst, type IndexEntry } from "../entries/index-entry.js";
import { mergeNewestFirst } from "../entries/merge-newest-first.js";
import { NOT_A_FILE } from "../files/regular-file.js";
import { RECORD_FOLDERS } from "../records/record-kind.js";
import { findRecordFile } from "../records/record-path.js";
import type { TagChanges } from "../records/tag-changes.js";
import { DeletedDocuments } from "../segments/deleted-documents.js";
import { rowMatcher } from "../segments/row-filter.js";
import { assertOwnFolders, type IndexPaths } from "./index-paths.js";
import { LogSet } from "./log-set.js";
import { EMPTY_MANIFEST, type Manifest, newestGeneration, readManifest } from "./manifest.js";
import { closeAllBut, type OpenSegment, openSegments } from "./open-segments.js";

/** How often the same manifest is tried before the index is taken for torn. */
const REFRESH_ATTEMPTS = 3;

/** What a refresh found: an index to use, or one that has to be made (again) from the records. */
export type IndexCondition = "usable" | "missing" | "torn" | "doubtful";

/** The index as one process sees it: immutable segments, and the writers' logs beyond them. */
export class LiveIndex {
  readonly #paths: IndexPaths;
  /** What became of the records' own tags, which alone are in the index. */
  readonly tags: TagChanges;
  readonly logs: LogSet;
  manifest: Manifest = EMPTY_MANIFEST;
  segments: OpenSegment[] = [];
  /** Folders of records that were looked at since the last refresh. */
  readonly #ownFolders = new Set<string>();

  constructor(paths: IndexPaths, tags: TagChanges) {
    this.#paths = paths;
    this.tags = tags;
    this.logs = new LogSet(paths.logs);
  }

  /**
   * Takes in what any process has written since. `missing`: there are records, and no index. `torn`: a part of it
   * cannot be read. `doubtful`: a log lost lines or is gone, so records may be unknown to it.
   */
  refresh(): IndexCondition {
    this.#ownFolders.clear();
    assertOwnFolders(this.#paths);
    this.tags.refresh();
    let failures = 0;
    for (let failedGeneration = -1; failures < REFRESH_ATTEMPTS; ) {
      const manifest = readManifest(this.#paths) ?? EMPTY_MANIFEST;
      if (manifest.generation === 0 && this.hasRecords()) return "missing";
      if (!this.#use(manifest)) {
        // A file that a newer manifest made superfluous is gone; under the same manifest it is gone for ever.
        failures = failedGeneration === manifest.generation ? failures + 1 : 1;
        failedGeneration = manifest.generation;
        continue;
      }
      this.logs.refresh(this.manifest.consumed);
      // A merge may have taken a log away after the manifest was read: then the newer manifest has what it held.
      if ((readManifest(this.#paths)?.generation ?? 0) !== this.manifest.generation) continue;
      // One that cannot be read would keep its generation from being given for ever.
      if (newestGeneration(this.#paths) > this.manifest.generation) return "torn";
      return this.logs.damaged || this.#isFolderGone() ? "doubtful" : "usable";
    }
    return "torn";
  }

  /** Closes what is open; a later refresh opens it again. */
  close(): void {
    closeAllBut(this.segments, []);
    this.segments = [];
    this.manifest = EMPTY_MANIFEST;
    this.logs.clear();
  }

  /** The entries that pass a filter, newest first, after a position. Only what is taken is read. */
  *newestFirst(filter: EntryFilter, after?: ListPosition): Generator<IndexEntry> {
    const { tags } = this;
    const puts = [...this.logs.puts.values()].map((entry) => tags.applyTo(entry));
    const tail = puts.filter((entry) => matchesFilter(entry, filter)).sort(compareNewestFirst);
    const inSegments = this.segments.map((segment) => newestOfSegment(segment, filter, { tags, after }));
    const sources = [tail.values(), ...inSegments];
    for (const entry of mergeNewestFirst(sources)) {
      if (after !== undefined && compareNewestFirst(entry, after) <= 0) continue;
      if (this.exists(entry)) yield entry;
    }
  }

  /** The entry with an id, if its file exists. */
  find(id: string): IndexEntry | undefined {
    const entry = this.#findOwn(id);
    return entry === undefined ? undefined : this.tags.applyTo(entry);
  }

  #findOwn(id: string): IndexEntry | undefined {
    const put = this.logs.puts.get(id);
    if (put !== undefined) return this.exists(put) ? put : undefined;
    for (const { reader } of this.segments) {
      const doc = reader.docOfId(id);
      if (doc === undefined) continue;
      const entry = reader.entry(reader.table().row(doc));
      if (this.exists(entry)) return entry;
    }
    return undefined;
  }

  /** Whether the record of an entry is there; an index line alone is no promise. */
  exists(entry: Pick<IndexEntry, "path">): boolean {
    return findRecordFile(this.#paths.base, entry.path, this.#ownFolders) !== undefined;
  }

  /** The logs' entries whose files exist: what no segment holds. */
  unmergedEntries(): IndexEntry[] {
    const unmerged = [...this.logs.puts.values()].filter((entry) => !this.#isMerged(entry) && this.exists(entry));
    return unmerged.map((entry) => this.tags.applyTo(entry));
  }

  /** For each segment the documents that are gone: those that a merge has noted, and those that logs name. */
  goneDocuments(): DeletedDocuments[] {
    const removals = [...this.logs.removals.values()].filter((removal) => !this.exists(removal));
    return this.segments.map(({ reader, deleted }) => {
      if (removals.length === 0) return deleted;
      const gone = new DeletedDocuments(reader.docs, deleted.bytes);
      for (const { createdMs, id } of removals) {
        const doc = reader.docAt(createdMs, id);
        if (doc !== undefined) gone.add(doc);
      }
      return gone;
    });
  }

  /** Whether a folder is gone that is made with the first manifest, and with it the logs. */
  #isFolderGone(): boolean {
    const { logs, lengths } = this.#paths;
    return this.manifest.generation > 0 && !(existsSync(logs) && existsSync(lengths));
  }

  #isMerged(entry: IndexEntry): boolean {
    return this.segments.some(({ reader }) => reader.docAt(entry.createdMs, entry.id) !== undefined);
  }

  #use(manifest: Manifest): boolean {
    if (manifest.generation === this.manifest.generation && manifest.generation !== 0) return true;
    try {
      this.segments = openSegments(this.#paths.segments, manifest.segments, this.segments);
    } catch (error) {
      if (["ENOENT", NOT_A_FILE].includes(errorCode(error) ?? "") || error instanceof RangeError) return false;
      throw error;
    }
    this.manifest = manifest;
    this.logs.rebase(manifest.consumed);
    return true;
  }

  /** Whether a folder is there that records lie in. */
  hasRecords(): boolean {
    return RECORD_FOLDERS.some((folder) => existsSync(join(this.#paths.base, folder)));
  }
}

function* newestOfSegment(
  { reader, deleted }: OpenSegment,
  filter: EntryFilter,
  { tags, after }: { tags: TagChanges; after: ListPosition | undefined },
): Generator<IndexEntry> {
  const matches = rowMatcher(filter, reader.footer.models, tags);
  const endMs = Math.min(filter.untilMs, after === undefined ? Infinity : after.createdMs + 1);
  let rows = reader.rowsEndingAt(-1);
  for (let doc = reader.docsBefore(endMs) - 1; doc >= 0; doc--) {
    if (rows.count === 0 || doc < rows.first) rows = reader.rowsEndingAt(doc);
    if (rows.createdMs(doc) < filter.sinceMs) return;
    if (deleted.has(doc)) continue;
    const answer = matches(rows, doc);
    if (answer === "no") continue;
    const entry = tags.applyTo(reader.entry(rows.row(doc)));
    if (answer === "yes" || matchesFilter(entry, filter)) yield entry;
  }
}
