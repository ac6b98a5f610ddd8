import { createHash, randomBytes } from "node:crypto";
import { readdir, stat, unlink } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { livenessOf, processTag } from "../process/process-tag.js";

/** What a passing file beside another one is for: it locks it, it will take its place, or it says that it is needed. */
export type SiblingKind = "lock" | "tmp" | "claim";

const LONGEST_NAME_BYTES = 150;

/** A name that was never used before, beside `file`, that says which process made it. */
export function newSiblingPath(file: string, kind: SiblingKind): string {
  return join(dirname(file), `${prefixOf(file, kind)}${processTag()}-${randomBytes(6).toString("hex")}`);
}

/** The {@link processTag} of the process that made a sibling, and what follows it. */
export function tagOfSibling(sibling: string, file: string, kind: SiblingKind): string {
  return basename(sibling).slice(prefixOf(file, kind).length);
}

/**
 * Removes the siblings whose process has ended, or, where nobody can know that, that were not touched for a while.
 * Gives the paths of those that stay; `except` are neither removed nor given.
 */
export async function sweepSiblings(
  file: string,
  kind: SiblingKind,
  { abandonedAfterMs, except = [] }: { abandonedAfterMs: number; except?: readonly string[] },
): Promise<string[]> {
  const prefix = prefixOf(file, kind);
  const kept: string[] = [];
  for (const name of await readdir(dirname(file))) {
    const path = join(dirname(file), name);
    if (!name.startsWith(prefix) || except.includes(path)) continue;
    if (await isAbandoned(path, name.slice(prefix.length), abandonedAfterMs)) await removeQuietly(path);
    else kept.push(path);
  }
  return kept;
}

/** Removes a file that may be gone already. */
export async function removeQuietly(path: string): Promise<void> {
  await unlink(path).catch(() => undefined);
}

async function isAbandoned(path: string, tag: string, abandonedAfterMs: number): Promise<boolean> {
  const liveness = livenessOf(tag);
  if (liveness !== "unknown") return liveness === "dead";
  try {
    return Date.now() - (await stat(path)).mtimeMs > abandonedAfterMs;
  } catch {
    return false;
  }
}

function prefixOf(file: string, kind: SiblingKind): string {
  const name = basename(file);
  const isLong = Buffer.byteLength(name) > LONGEST_NAME_BYTES;
  return `.${isLong ? createHash("sha256").update(name).digest("hex").slice(0, 32) : name}.${kind}-`;
}
