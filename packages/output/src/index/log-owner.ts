import { createHash } from "node:crypto";
import { hostname } from "node:os";

const LOG_FILE = /^([0-9a-f]{8})-(\d+)-[0-9a-f]+\.jsonl$/;
const host = createHash("sha256").update(hostname()).digest("hex").slice(0, 8);

/** The file name of a new log of this process. */
export function logFileName(unique: string): string {
  return `${host}-${process.pid}-${unique}.jsonl`;
}

/** Whether a file in the log folder is a log. */
export function isLogFile(fileName: string): boolean {
  return LOG_FILE.test(fileName);
}

/** Whether the process that wrote a log has certainly ended: it ran on this host, and no process has its id. */
export function isOwnerDead(fileName: string): boolean {
  const match = LOG_FILE.exec(fileName);
  if (match === null || match[1] !== host) return false;
  try {
    process.kill(Number(match[2]), 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ESRCH";
  }
}
