import type { EmbeddingRequest, ExecutionRequest, ModelExecutionResult } from "@codo/ollama-contract";
import * as v from "valibot";

/** The version of jobs and results that this package writes and reads. */
export const JOB_SCHEMA_VERSION = 1;

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
  ...history,
});
/** To find a job's kind among all costs as much as to check it, so that the usual one is not looked for. */
const jobSchema = v.variant("kind", [
  runSchema,
  v.looseObject({ schemaVersion: version, kind: v.literal("embed"), request, ...history }),
  v.looseObject({ schemaVersion: version, kind: v.literal("describe"), request, ...history }),
]);

const outcomeSchema = v.looseObject({ schemaVersion: version, value: record });
const resultSchema = v.looseObject({
  schemaVersion: v.literal(1),
  id: v.string(),
  success: v.boolean(),
  metadata: record,
});

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

/** What a worker gives back for a job. */
export interface JobOutcome<T = unknown> {
  schemaVersion: 1;
  value: T;
}

/** What was read, or why it could not be. */
export type Read<T> = { value: T; problem?: never } | { value?: never; problem: string };

/** Reads a job as another process wrote it. */
export function readJob(data: unknown): Read<JobData> {
  const isRun = (data as { kind?: unknown } | null)?.kind === "run";
  return read<JobData>(isRun ? runSchema : jobSchema, data, "job");
}

/** Reads what a worker gave back. */
export function readOutcome<T>(data: unknown): Read<JobOutcome<T>> {
  return read<JobOutcome<T>>(outcomeSchema, data, "result");
}

/** Reads the result of a run, which a worker of any version may have written. */
export function readResult(data: unknown): Read<ModelExecutionResult> {
  return read<ModelExecutionResult>(resultSchema, data, "result");
}

/** Wraps what a job came to. */
export function outcomeOf<T>(value: T): JobOutcome<T> {
  return { schemaVersion: JOB_SCHEMA_VERSION, value };
}

function read<T>(schema: v.GenericSchema, data: unknown, what: string): Read<T> {
  const parsed = v.safeParse(schema, data);
  if (parsed.success) return { value: parsed.output as T };
  const written = (data as { schemaVersion?: unknown } | null)?.schemaVersion;
  if (written !== JOB_SCHEMA_VERSION) {
    return {
      problem: `the ${what} has schemaVersion ${String(written)}, and this version reads ${JOB_SCHEMA_VERSION}`,
    };
  }
  const [issue] = parsed.issues;
  return { problem: `the ${what} is not valid at "${v.getDotPath(issue) ?? ""}": ${issue.message}` };
}
