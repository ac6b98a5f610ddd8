import * as v from "valibot";
import type { RequestRecord } from "../measure/request-record.js";

const count = v.pipe(v.number(), v.integer(), v.minValue(0));
const time = v.pipe(v.number(), v.finite());

/** A request in a journal, which may have been written by anybody. */
const requestSchema = v.looseObject({
  type: v.literal("request"),
  model: v.string(),
  scenarioId: v.string(),
  trial: count,
  phase: v.picklist(["warmup", "measured"]),
  index: count,
  promptIndex: v.number(),
  scheduledMs: time,
  sentMs: time,
  firstChunkMs: v.optional(time),
  firstOutputMs: v.optional(time),
  doneMs: time,
  chunkOffsetsMs: v.array(time),
  server: v.record(v.string(), v.unknown()),
  doneReason: v.nullable(v.string()),
  outputChars: v.number(),
  error: v.optional(v.looseObject({ kind: v.string(), code: v.string(), message: v.string() })),
});

/** Whether a line of a journal is a request with all that figures are made of. */
export function isRequest(value: unknown): value is RequestRecord {
  return v.is(requestSchema, value);
}
