import type { EmbeddingRequest, ExecutionRequest, ModelExecutionResult } from "@codo/ollama-contract";
import * as v from "valibot";
import { type Read, readAs } from "./read-as.js";

/** The version of jobs that this package writes and reads. */
const JOB_SCHEMA_VERSION = 1;

const version = v.literal(JOB_SCHEMA_VERSION);
const record = v.record(v.string(), v.unknown());
/** Of a request only what this package itself relies on; the rest is for the executor and its server to judge. */
const request = v.looseObject({ model: v.pipe(v.string(), v.minLength(1)) });

/** What workers note of attempts that failed. */
const history = {
  /** The result of the attempt that failed for good. */
  failure: v.optional(record),
  /** Hosts on which it failed in a way that another host may not. */
  failedOn: v.optional(v.array(v.string())),
  /** When it failed last, in milliseconds since 1970. */
  failedAtMs: v.optional(v.number()),
  /** How often its host was gone before it had answered. */
  timesGone: v.optional(v.number()),
};

const runSchema = v.looseObject({
  schemaVersion: version,
  kind: v.literal("run"),
  request,
  /** The batch that the result belongs to; absent for a caller that waits for it. */
  batch: v.optional(v.string()),
  key: v.optional(v.string()),
  id: v.optional(v.string()),
  index: v.optional(v.number()),
  /** Whether a caller wants the answer as it comes. */
  isStreamed: v.optional(v.boolean()),
  resultVersion: v.optional(v.number()),
  ...history,
});
/** To find a job's kind among all costs as much as to check it, so that the usual one is not looked for. */
const jobSchema = v.variant("kind", [
  runSchema,
  v.looseObject({ schemaVersion: version, kind: v.literal("embed"), request, ...history }),
  v.looseObject({ schemaVersion: version, kind: v.literal("describe"), request, ...history }),
]);

interface JobHistory {
  failedOn?: string[];
  failedAtMs?: number;
  timesGone?: number;
}

/** A prompt or chat to run. */
export interface RunJob extends JobHistory {
  schemaVersion: 1;
  kind: "run";
  request: ExecutionRequest;
  batch?: string;
  /** What the item is known by in a journal. */
  key?: string;
  /** The item's own id, where it has one, and its place in the batch. */
  id?: string;
  index?: number;
  isStreamed?: boolean;
  /** The newest version of results that whoever submitted it reads; absent for 1. */
  resultVersion?: number;
  failure?: ModelExecutionResult;
}

/** Why a job other than a run failed, as plain data. */
export interface JobFailure {
  code: string;
  message: string;
  retryable: boolean;
  [key: string]: unknown;
}

/** Texts to embed. */
export interface EmbedJob extends JobHistory {
  schemaVersion: 1;
  kind: "embed";
  request: EmbeddingRequest;
  failure?: JobFailure;
}

/** A model to describe. */
export interface DescribeJob extends JobHistory {
  schemaVersion: 1;
  kind: "describe";
  request: Pick<ExecutionRequest, "model" | "timeouts">;
  failure?: JobFailure;
}

/** What a job carries, and what its worker adds when it fails. */
export type JobData = RunJob | EmbedJob | DescribeJob;

/** Reads a job as another process wrote it. */
export function readJob(data: unknown): Read<JobData> {
  const isRun = (data as { kind?: unknown } | null)?.kind === "run";
  return readAs<JobData>(isRun ? runSchema : jobSchema, data, { what: "job", versions: [JOB_SCHEMA_VERSION] });
}
