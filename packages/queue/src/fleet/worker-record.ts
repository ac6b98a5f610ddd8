import type { LoadedModel } from "@codo/ollama-contract";
import * as v from "valibot";
import { shortModelName } from "../connection/queue-names.js";

/** A worker writes its record this often. */
export const HEARTBEAT_MS = 5_000;
/** A record that is older is of a worker that is no more. */
const STALE_MS = 4 * HEARTBEAT_MS;

/** What a worker says of itself, every few seconds. */
export interface WorkerRecord {
  schemaVersion: 1;
  id: string;
  /** Where its prompts run. */
  host: string;
  models: string[];
  /** Of its models those whose digest its server says. */
  digests?: Record<string, string>;
  loaded: LoadedModel[];
  /** `down` while its server does not answer, `draining` while it ends. */
  state: "up" | "down" | "draining";
  /** Prompts at its server now, and how many it would give it. */
  running: number;
  concurrency: number;
  /** Since it started. */
  completed: number;
  failed: number;
  /** Over the last minute, tokens that were generated. */
  tokensPerSecond: number;
  promptsPerSecond: number;
  /** Milliseconds since 1970, by the worker's clock. */
  seenAtMs: number;
}

const schema = v.looseObject({
  schemaVersion: v.literal(1),
  id: v.string(),
  host: v.string(),
  models: v.array(v.string()),
  digests: v.optional(v.record(v.string(), v.string())),
  loaded: v.array(v.looseObject({ name: v.string() })),
  state: v.picklist(["up", "down", "draining"]),
  running: v.number(),
  concurrency: v.number(),
  completed: v.number(),
  failed: v.number(),
  tokensPerSecond: v.number(),
  promptsPerSecond: v.number(),
  seenAtMs: v.number(),
});

/** Reads a worker's record; nothing for one of another version. */
export function readWorkerRecord(data: unknown): WorkerRecord | undefined {
  const parsed = v.safeParse(schema, data);
  return parsed.success ? (parsed.output as unknown as WorkerRecord) : undefined;
}

/** Whether a worker still writes. */
export function isAlive({ seenAtMs }: WorkerRecord, nowMs: number): boolean {
  return nowMs - seenAtMs < STALE_MS;
}

/** Whether a worker takes prompts for a model. */
export function serves({ models }: WorkerRecord, model: string): boolean {
  const wanted = shortModelName(model);
  return models.some((name) => shortModelName(name) === wanted);
}
