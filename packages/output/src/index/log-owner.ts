import { livenessOf, processTag } from "@codo/ollama-node-kit";

/** Files of earlier versions are named after a host and a process id alone, which do not say which process lives. */
const OWNED_FILE = /^(?:[0-9a-f]{8}-\d+|[0-9a-f]{12}-\d+-\d+)-/;
const LOG_FILE = /^(?:[0-9a-f]{8}-\d+|[0-9a-f]{12}-\d+-\d+)-[0-9a-f]+\.jsonl$/;

/** How the names of this process's own files begin. */
export const OWNER_PREFIX: string = `${processTag()}-`;

/** Whether a file in the log folder is a log. */
export function isLogFile(fileName: string): boolean {
  return LOG_FILE.test(fileName);
}

/** Whether a file has the name of one that some process of this store made for itself. */
export function isOwned(fileName: string): boolean {
  return OWNED_FILE.test(fileName);
}

/** Whether the process that made a file has certainly ended. Of another machine or container nobody knows. */
export function isOwnerDead(fileName: string): boolean {
  return livenessOf(fileName) === "dead";
}
