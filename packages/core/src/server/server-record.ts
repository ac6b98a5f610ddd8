import { mkdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { replaceFile } from "@codo/ollama-node-kit";
import * as v from "valibot";

/** A lasting server, as the state folder keeps it. */
export interface ServerRecord {
  schemaVersion: 1;
  pid: number;
  /** Tells the process from a later one with the same id, where the platform says it. */
  startToken?: string | undefined;
  url: string;
  command: string[];
  /** ISO 8601. */
  startedAt: string;
  logFile: string;
}

const recordSchema: v.GenericSchema<unknown, ServerRecord> = v.object({
  schemaVersion: v.literal(1),
  pid: v.pipe(v.number(), v.integer(), v.minValue(1)),
  startToken: v.optional(v.string()),
  url: v.string(),
  command: v.array(v.string()),
  startedAt: v.string(),
  logFile: v.string(),
});

/** Where the record of the lasting server is. */
export function serverRecordFile(stateDir: string): string {
  return join(stateDir, "server.json");
}

/** Reads the record; `undefined` where there is none or it cannot be read. */
export async function readServerRecord(stateDir: string): Promise<ServerRecord | undefined> {
  try {
    const parsed = v.safeParse(recordSchema, JSON.parse(await readFile(serverRecordFile(stateDir), "utf8")));
    return parsed.success ? parsed.output : undefined;
  } catch {
    return undefined;
  }
}

/** Writes the record whole: a reader sees the old one or the new one. */
export async function writeServerRecord(stateDir: string, record: ServerRecord): Promise<void> {
  await mkdir(stateDir, { recursive: true });
  await replaceFile(serverRecordFile(stateDir), `${JSON.stringify(record, null, 2)}\n`, { mode: 0o600 });
}

/** Takes the record away; nothing happens where there is none. */
export async function removeServerRecord(stateDir: string): Promise<void> {
  await rm(serverRecordFile(stateDir), { force: true });
}
