import { join, relative, sep } from "node:path";
import { assertOwnFolder } from "../files/own-folder.js";

/** Where the derived files of a store are. All of it may be deleted at any time: it is made again from the records. */
export interface IndexPaths {
  base: string;
  index: string;
  logs: string;
  /** For each log how long it must be at least. */
  lengths: string;
  segments: string;
  manifests: string;
  /** Files on their way to their name; on the same file system as the records. */
  temporary: string;
  /** One empty file for each pinned record: not derived, so not below the index. */
  pins: string;
  /** One empty file for each tag that was added to a saved record or taken from it; not derived either. */
  tags: string;
}

/** The folders of the store at `base`. */
export function indexPaths(base: string): IndexPaths {
  const index = join(base, ".index");
  return {
    base,
    index,
    logs: join(index, "logs"),
    lengths: join(index, "log-lengths"),
    segments: join(index, "segments"),
    manifests: join(index, "manifests"),
    temporary: join(index, "temporary"),
    pins: join(base, "pins"),
    tags: join(base, "tags"),
  };
}

/** @throws STORAGE_FAILED when one of the store's own folders is a link: nothing is read, written or cleaned up there */
export function assertOwnFolders(paths: IndexPaths): void {
  const { logs, lengths, segments, manifests, temporary, pins, tags } = paths;
  for (const folder of [logs, lengths, segments, manifests, temporary, pins, tags]) {
    assertOwnFolder(paths.base, relative(paths.base, folder).split(sep).join("/"));
  }
}
