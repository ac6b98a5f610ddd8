import { createHash } from "node:crypto";
import { hostname } from "node:os";

const OWNED_FILE = /^([0-9a-f]{8})-(\d+)-/;
const LOG_FILE = /^[0-9a-f]{8}-\d+-[0-9a-f]+\.jsonl$/;
const host = createHash("sha256").update(hostname()).digest("hex").slice(0, 8);

/** How the names of this process's own files begin: its host, hashed, and its id. */
export const OWNER_PREFIX: string = `${host}-${process.pid}-`;

/** Whether a file in the log folder is a log. */
export function isLogFile(fileName: string): boolean {
  return LOG_FILE.test(fileName);
}

/** Whether a file has the name of one that some process of this store made for itself. */
export function isOwned(fileName: string): boolean {
  return OWNED_FILE.test(fileName);
}

/** Whether the process that made a file has certainly ended: it ran on this host, and no process has its id. */
export function isOwnerDead(fileName: string): boolean {
  const match = OWNED_FILE.exec(fileName);
  if (match === null || match[1] !== host) return false;
  try {
    process.kill(Number(match[2]), 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ESRCH";
  }
}
