import type { Stats } from "node:fs";
import { readlink, realpath, stat } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { OllamaError } from "@codo/ollama-contract";
import { storageFailed } from "../errors/storage-error.js";

/** What a path leads to, its symbolic links followed. */
export type FileTarget =
  | { kind: "file"; path: string; stats: Stats }
  | { kind: "missing"; path: string }
  /** A device, a pipe or a socket. */
  | { kind: "special"; path: string; what: string }
  /** What this process has open already, such as `/dev/stdout`. */
  | { kind: "descriptor"; path: string; descriptor: number };

const MOST_LINKS = 40;

/**
 * Follows a path to what is there. A symbolic link that leads nowhere gives the place that it names.
 * @throws OllamaError `STORAGE_FAILED` for a folder and for links in a circle; the system's error otherwise
 */
export async function findTarget(file: string): Promise<FileTarget> {
  let path = resolve(file);
  for (let count = 0; ; count++) {
    const descriptor = descriptorOf(path);
    if (descriptor !== undefined) return { kind: "descriptor", path: file, descriptor };
    const link = await readlink(path).catch(() => undefined);
    if (link === undefined) break;
    if (count === MOST_LINKS) throw storageFailed("follow", file, { cause: systemError("ELOOP") });
    path = resolve(dirname(path), link);
  }
  const real = join(await realpath(dirname(path)).catch(() => dirname(path)), basename(path));
  const stats = await stat(real).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw error;
  });
  if (stats === undefined) return { kind: "missing", path: real };
  if (stats.isDirectory()) throw storageFailed("use", file, { cause: systemError("EISDIR") });
  return stats.isFile() ? { kind: "file", path: real, stats } : { kind: "special", path: real, what: whatIs(stats) };
}

/**
 * As {@link findTarget}, of what can be replaced: a regular file, or none yet.
 * @throws OllamaError `STORAGE_FAILED` for a device, a pipe, a socket or a descriptor too
 */
export async function findReplaceable(file: string): Promise<FileTarget & { kind: "file" | "missing" }> {
  const target = await findTarget(file);
  if (target.kind === "file" || target.kind === "missing") return target;
  const what = target.kind === "special" ? target.what : "an open descriptor";
  throw new OllamaError("STORAGE_FAILED", `${file} is ${what}, not a regular file, so nothing was written to it.`, {
    advice: "Name a regular file.",
    details: { path: file },
  });
}

/** What a file that is no regular file is, in words. */
export function whatIs(stats: Stats): string {
  if (stats.isFIFO()) return "a named pipe";
  if (stats.isSocket()) return "a socket";
  return stats.isBlockDevice() ? "a disk" : "a device";
}

/** The descriptor that a path of Linux (`/proc/self/fd/1`) or of any Unix (`/dev/fd/1`) stands for. */
function descriptorOf(path: string): number | undefined {
  const [, owner, number] = /^\/(?:proc\/(self|\d+)|dev)\/fd\/(\d+)$/.exec(path) ?? [];
  const isOurs = owner === undefined || owner === "self" || owner === String(process.pid);
  return number !== undefined && isOurs ? Number(number) : undefined;
}

function systemError(code: string): NodeJS.ErrnoException {
  return Object.assign(new Error(code), { code });
}
