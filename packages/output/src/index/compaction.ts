import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { crc32 } from "node:zlib";
import { DeletedDocuments } from "../segments/deleted-documents.js";
import { collectChanges, type LogChanges } from "./log-changes.js";
import type { LogSet, Removal } from "./log-set.js";
import { commitManifest, MANIFEST_VERSION, type Manifest, removeIfThere, type SegmentInfo } from "./manifest.js";
import type { OpenSegment } from "./open-segments.js";
import { type IndexWorkspace, joinSegments, writeSegment } from "./write-segment.js";

/** So many segments of one size are merged into one of the next. */
const FAN_IN = 8;
/** Sizes are powers of {@link FAN_IN}, from this one on. */
const SMALLEST_TIER_DOCS = 1024;
/** Larger segments are not merged any more, except to drop what is gone. */
const LARGEST_TIER_DOCS = 512 * SMALLEST_TIER_DOCS;

/** The state that a compaction starts from. */
export interface CompactionBase {
  /** The generation that the result follows. */
  generation: number;
  segments: readonly OpenSegment[];
  logs: LogSet;
  /** For a rebuild: segments of the index so far, all of which the result does without. */
  replaces?: readonly SegmentInfo[];
}

/**
 * Moves what the logs say into segments and merges segments where there are many of one size, so that each record is
 * copied a few times at most, however many there come to be. `false` when another process changed the index meanwhile:
 * then nothing happened.
 */
export async function compact(workspace: IndexWorkspace, base: CompactionBase): Promise<boolean> {
  const { paths, files } = workspace;
  const changes = collectChanges(paths.base, base.logs);
  const made: OpenSegment[] = [];
  let segments = base.segments.map((segment) => withoutRemoved(workspace, segment, changes.removals));
  try {
    const fresh = changes.puts.filter(({ createdMs, id }) =>
      segments.every(({ reader }) => reader.docAt(createdMs, id) === undefined),
    );
    if (fresh.length > 0) {
      made.push(
        await writeSegment(
          workspace,
          fresh.map((entry) => ({ path: entry.path, entry })),
        ),
      );
      segments = [...segments, ...made];
    }
    for (let group = mergeable(segments); group.length > 0; group = mergeable(segments)) {
      const joined = await joinSegments(workspace, group);
      made.push(joined);
      segments = [...segments.filter((segment) => !group.includes(segment)), joined];
    }
    if (isUnchanged(base, segments, changes)) return true;
    const infos = segments.filter(({ info }) => info.docs > 0).map(({ info }) => info);
    const manifest: Manifest = {
      version: MANIFEST_VERSION,
      generation: base.generation + 1,
      segments: infos,
      consumed: changes.consumed,
    };
    if (!commitManifest(paths, manifest, files)) {
      for (const { info } of made) removeIfThere(join(paths.segments, info.name), files);
      return false;
    }
    for (const name of changes.finished) {
      // A length without its log would mean lost lines.
      removeIfThere(join(paths.lengths, name), files);
      removeIfThere(join(paths.logs, name), files);
    }
    const before = [...(base.replaces ?? []), ...[...base.segments, ...made].map(({ info }) => info)];
    removeSuperseded(workspace, before, infos);
    return true;
  } finally {
    for (const { reader } of made) reader.close();
  }
}

function isUnchanged(base: CompactionBase, segments: readonly OpenSegment[], changes: LogChanges): boolean {
  return (
    base.replaces === undefined &&
    changes.finished.length === 0 &&
    base.logs.logs.every((log) => changes.consumed[log.name] === log.startOffset && log.damagedTo === undefined) &&
    segments.length === base.segments.length &&
    segments.every((segment, i) => segment === base.segments[i])
  );
}

/** The segments to be merged next, if any: those of a size of which there are many, or one that is mostly gone or has no checksums. */
function mergeable(segments: readonly OpenSegment[]): OpenSegment[] {
  const stale = segments.find(({ info, deleted, reader }) => deleted.count * 2 > info.docs || !reader.isChecked);
  if (stale !== undefined) return [stale];
  for (let limit = SMALLEST_TIER_DOCS; limit <= LARGEST_TIER_DOCS; limit *= FAN_IN) {
    const tier = segments.filter(
      ({ info }) => info.docs <= limit && info.docs > (limit === SMALLEST_TIER_DOCS ? 0 : limit / FAN_IN),
    );
    if (tier.length >= FAN_IN) return tier;
  }
  return [];
}

function withoutRemoved(workspace: IndexWorkspace, segment: OpenSegment, removals: readonly Removal[]): OpenSegment {
  const { reader, info } = segment;
  const docs = removals.flatMap(({ createdMs, id }) => reader.docAt(createdMs, id) ?? []);
  if (docs.every((doc) => segment.deleted.has(doc))) return segment;
  const deleted = new DeletedDocuments(reader.docs, segment.deleted.bytes);
  for (const doc of docs) deleted.add(doc);
  const deletedName = `${randomBytes(10).toString("hex")}.deleted`;
  workspace.files.create(join(workspace.paths.segments, deletedName), deleted.bytes);
  return { reader, deleted, info: { ...info, deletedName, deletedChecksum: crc32(deleted.bytes) } };
}

function removeSuperseded(
  { paths, files }: IndexWorkspace,
  before: readonly SegmentInfo[],
  after: readonly SegmentInfo[],
): void {
  const used = new Set(after.flatMap((info) => [info.name, info.deletedName ?? ""]));
  for (const { name: segmentName, deletedName } of before) {
    for (const name of [segmentName, deletedName]) {
      if (name !== undefined && !used.has(name)) removeIfThere(join(paths.segments, name), files);
    }
  }
}
