import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { JsonFileAdapter } from "@codo/ollama-node-kit";
import { Low } from "lowdb";
import * as v from "valibot";
import { type ServerPlace, serverRecordFile, serversFolder } from "./server-files.js";

/** A server that was started here, as the state folder keeps it. */
export interface ServerRecord {
  schemaVersion: 1;
  /** `background`: it runs until somebody stops it. `shared`: it runs as long as a program uses it. */
  kind: "background" | "shared";
  pid: number;
  /** Distinguishes the process from a later one with the same id, where the platform can. */
  startToken?: string | undefined;
  url: string;
  command: string[];
  /** ISO 8601. */
  startedAt: string;
  logFile: string;
}

const recordSchema: v.GenericSchema<unknown, ServerRecord> = v.object({
  schemaVersion: v.literal(1),
  kind: v.picklist(["background", "shared"]),
  pid: v.pipe(v.number(), v.integer(), v.minValue(1)),
  startToken: v.optional(v.string()),
  url: v.string(),
  command: v.array(v.string()),
  startedAt: v.string(),
  logFile: v.string(),
});

/** Reads the record of the server at an address; `undefined` where there is none or it cannot be read. */
export async function readServerRecord(place: ServerPlace): Promise<ServerRecord | undefined> {
  if (!place.url.startsWith("http")) return undefined;
  return await readRecord(serverRecordFile(place));
}

/** Reads all records, the latest start first. */
export async function readServerRecords(stateDir: string): Promise<ServerRecord[]> {
  const folder = serversFolder(stateDir);
  const names = await readdir(folder).catch(() => []);
  const records = await Promise.all(
    names.filter((name) => name.endsWith(".json")).map((name) => readRecord(join(folder, name))),
  );
  return records.filter((record) => record !== undefined).sort((a, b) => (a.startedAt < b.startedAt ? 1 : -1));
}

/** Writes a record whole: a reader sees the old one or the new one. */
export async function writeServerRecord(stateDir: string, record: ServerRecord): Promise<void> {
  const database = databaseOf(serverRecordFile({ stateDir, url: record.url }));
  database.data = record;
  await database.write();
}

/** Takes a record away; nothing happens where there is none. */
export async function removeServerRecord(place: ServerPlace): Promise<void> {
  await rm(serverRecordFile(place), { force: true });
}

async function readRecord(file: string): Promise<ServerRecord | undefined> {
  const database = databaseOf(file);
  // What cannot be read is not a record of ours.
  await database.read().catch(() => {});
  return database.data ?? undefined;
}

function databaseOf(file: string): Low<ServerRecord | null> {
  return new Low(new JsonFileAdapter<ServerRecord | null>(file, (data) => v.parse(recordSchema, data)), null);
}
