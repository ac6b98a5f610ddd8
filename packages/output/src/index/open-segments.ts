import { join } from "node:path";
import { crc32 } from "node:zlib";
import { readRegularFile } from "../files/regular-file.js";
import { DeletedDocuments } from "../segments/deleted-documents.js";
import { SegmentReader } from "../segments/segment-reader.js";
import type { SegmentInfo } from "./manifest.js";

/** A segment in use. */
export interface OpenSegment {
  info: SegmentInfo;
  reader: SegmentReader;
  deleted: DeletedDocuments;
}

/** Opens a manifest's segments, taking over those that are open already and closing those that are not named. @throws as {@link SegmentReader} does */
export function openSegments(
  folder: string,
  infos: readonly SegmentInfo[],
  already: readonly OpenSegment[],
): OpenSegment[] {
  const known = new Map(already.map((segment) => [segment.info.name, segment]));
  const opened: OpenSegment[] = [];
  try {
    for (const info of infos) {
      const same = known.get(info.name);
      if (same !== undefined && same.info.deletedName === info.deletedName) {
        opened.push(same);
        continue;
      }
      const deleted = readDeleted(folder, info);
      const reader = same?.reader ?? new SegmentReader(join(folder, info.name));
      opened.push({ info, reader, deleted });
      if (reader.docs !== info.docs || reader.sizeBytes !== info.sizeBytes) {
        throw new RangeError(`${reader.path} is not the segment that the manifest names.`);
      }
    }
  } catch (error) {
    closeAllBut(opened, already);
    throw error;
  }
  closeAllBut(already, opened);
  return opened;
}

/** Closes the segments of the first list whose files the second does not use. */
export function closeAllBut(segments: readonly OpenSegment[], kept: readonly OpenSegment[]): void {
  const readers = new Set(kept.map((segment) => segment.reader));
  for (const { reader } of segments) if (!readers.has(reader)) reader.close();
}

function readDeleted(folder: string, info: SegmentInfo): DeletedDocuments {
  if (info.deletedName === undefined) return new DeletedDocuments(info.docs);
  const bytes = readRegularFile(join(folder, info.deletedName));
  if (info.deletedChecksum !== undefined && crc32(bytes) !== info.deletedChecksum) {
    throw new RangeError(`${info.deletedName} is damaged.`);
  }
  return new DeletedDocuments(info.docs, bytes);
}
