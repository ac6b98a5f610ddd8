import * as v from "valibot";

/** A batch that was submitted. */
export interface BatchRecord {
  schemaVersion: 1;
  id: string;
  model: string;
  /** The digest that the model had when the batch was last submitted, where it was known. */
  modelDigest?: string;
  /** Options of the batch as they matter for answers, by which its journal is known again. */
  options: Record<string, unknown>;
  /** What it was read from, without its folder. */
  source?: string;
  /** Milliseconds since 1970. */
  createdAtMs: number;
  /** Items given to the queue so far. */
  submitted: number;
  /** Inputs read so far: submitting the batch again continues here. */
  cursor: number;
  /** A digest of those, by which other items under the same id are known. */
  digest: string;
  /** Whether all of its items are given to the queue. */
  isComplete: boolean;
}

const schema = v.looseObject({
  schemaVersion: v.literal(1),
  id: v.string(),
  model: v.string(),
  modelDigest: v.optional(v.string()),
  options: v.record(v.string(), v.unknown()),
  source: v.optional(v.string()),
  createdAtMs: v.number(),
  submitted: v.number(),
  cursor: v.number(),
  digest: v.string(),
  isComplete: v.boolean(),
});

/** Reads a batch's record; nothing for one of another version. */
export function readBatchRecord(data: unknown): BatchRecord | undefined {
  const parsed = v.safeParse(schema, data);
  return parsed.success ? (parsed.output as BatchRecord) : undefined;
}
