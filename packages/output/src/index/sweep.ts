import { lstatSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { errorCode } from "@codo/ollama-node-kit";
import type { FileOperations } from "../files/file-operations.js";
import { CLAIM_SUFFIX } from "../files/give-name.js";
import type { IndexPaths } from "./index-paths.js";
import { isOwned, isOwnerDead } from "./log-owner.js";
import { isSegmentFile, readManifest, removeIfThere } from "./manifest.js";

/** Files of the index that no manifest names may belong to a merge that still runs, for so long. */
const UNNAMED_MS = 60 * 60_000;

/** Removes what killed processes left: temporary files, and segments that no manifest came to name. */
export function sweepLeftovers(paths: IndexPaths, files: FileOperations): void {
  const segments = readManifest(paths)?.segments ?? [];
  const used = new Set(segments.flatMap((info) => [info.name, info.deletedName ?? ""]));
  for (const name of namesIn(paths.temporary)) {
    const path = join(paths.temporary, name);
    const isOurs = isOwned(name) || name.endsWith(CLAIM_SUFFIX);
    if (isOurs && (isOwnerDead(name) || isOld(path))) removeIfThere(path, files);
  }
  for (const name of namesIn(paths.segments)) {
    const path = join(paths.segments, name);
    if (isSegmentFile(name) && !used.has(name) && isOld(path)) removeIfThere(path, files);
  }
}

function isOld(path: string): boolean {
  try {
    return Date.now() - lstatSync(path).mtimeMs > UNNAMED_MS;
  } catch (error) {
    if (errorCode(error) === "ENOENT") return false;
    throw error;
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if (errorCode(error) === "ENOENT") return [];
    throw error;
  }
}
