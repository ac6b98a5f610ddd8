import { chmod, chown, type FileHandle, open, rename } from "node:fs/promises";
import { type FileTarget, findReplaceable, findTarget } from "./file-target.js";
import { newSiblingPath, removeQuietly, sweepSiblings } from "./sibling-files.js";
import { writeThrough } from "./write-through.js";

const ABANDONED_AFTER_MS = 60_000;

/** How a file is replaced. */
export interface ReplaceFileOptions {
  /** The mode that the file gets. @defaultValue that of the file that is replaced; of a new file 0o644 less the umask */
  mode?: number;
  /** What becomes of a device, a pipe or a descriptor such as `/dev/stdout`. @defaultValue `"refuse"` */
  special?: "refuse" | "write";
  /** Called when the new content is on the disk, before it takes the file's place; what it throws leaves the old one. */
  beforeRename?: () => Promise<void>;
}

/**
 * Writes a whole file: a crash leaves the old content or the new one, never a part. A symbolic link stays a link and
 * the file behind it is replaced. Only regular files are ever replaced: a device stays a device.
 * @throws OllamaError `STORAGE_FAILED` when there is something else than a regular file; the system's error otherwise
 */
export async function replaceFile(file: string, content: string, options: ReplaceFileOptions = {}): Promise<void> {
  const target = options.special === "write" ? await findTarget(file) : await findReplaceable(file);
  if (target.kind === "file" || target.kind === "missing") await replace(target, content, options);
  else await writeThrough(target, content);
}

async function replace(
  target: FileTarget & { kind: "file" | "missing" },
  content: string,
  { mode, beforeRename }: ReplaceFileOptions,
): Promise<void> {
  const { path } = target;
  await sweepSiblings(path, "tmp", { abandonedAfterMs: ABANDONED_AFTER_MS });
  const temporary = newSiblingPath(path, "tmp");
  // Closed to others until it has the mode that it shall have.
  const handle = await open(temporary, "wx", mode ?? (target.kind === "file" ? 0o600 : 0o644));
  try {
    await fill(handle, content);
    if (target.kind === "file") await keepOwner(temporary, target.stats);
    const wanted = mode ?? (target.kind === "file" ? target.stats.mode & 0o7777 : undefined);
    if (wanted !== undefined) await chmod(temporary, wanted);
    await beforeRename?.();
    await rename(temporary, path);
  } catch (error) {
    await removeQuietly(temporary);
    throw error;
  }
}

async function fill(handle: FileHandle, content: string): Promise<void> {
  try {
    await handle.writeFile(content, "utf8");
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** The administrator who changes somebody's file does not take it away from them. */
async function keepOwner(path: string, { uid, gid }: { uid: number; gid: number }): Promise<void> {
  if (process.geteuid?.() === 0 && uid !== 0) await chown(path, uid, gid).catch(() => undefined);
}
