import { readFileSync } from "node:fs";

const MAX_LINES = 40;
const MAX_LINE_LENGTH = 500;

/** The last lines of a log, for the message when a server does not come up; empty where there is none. */
export function readLogTail(file: string): string {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch {
    return "";
  }
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== "");
  return lines
    .slice(-MAX_LINES)
    .map((line) => line.slice(0, MAX_LINE_LENGTH))
    .join("\n");
}
