import type { ExecutionHandle, ModelExecutionResult, ModelExecutor, OllamaError } from "@codo/ollama-contract";
import { errorOfResult } from "@codo/ollama-contract/executor-kit";
import { failedResult, toOllamaError } from "@codo/ollama-runner/batch-kit";
import type { DescribeJob, EmbedJob, JobData, JobFailure, RunJob } from "../jobs/job-data.js";
import type { JobCancellation } from "./job-cancellation.js";
import type { Piece } from "./piece-sender.js";

/** What came of one attempt at a job. */
export type Attempt =
  | { ok: true; value: object; tokens: number; work: number }
  | { ok: false; error: OllamaError; failure: ModelExecutionResult | JobFailure; retryAfterMs?: number };

/** How an attempt is made. */
export interface AttemptContext {
  executor: ModelExecutor;
  host: string;
  cancellation: JobCancellation;
  onPiece?: ((piece: Piece) => void) | undefined;
}

/** Makes one attempt at a job. Never rejects: a failure is an outcome too. */
export function performJob(job: JobData, context: AttemptContext): Promise<Attempt> {
  return job.kind === "run" ? performRun(job, context) : performCall(job, context);
}

async function performCall(
  job: EmbedJob | DescribeJob,
  { executor, cancellation: { signal } }: AttemptContext,
): Promise<Attempt> {
  try {
    const value =
      job.kind === "embed"
        ? await executor.embed({ ...job.request, signal })
        : await executor.describeModel(job.request.model, { ...job.request, signal });
    return { ok: true, value, tokens: 0, work: 1 };
  } catch (thrown) {
    const error = toOllamaError(thrown);
    return { ok: false, error, failure: { ...error.toJSON() }, ...retryAfter(error.details) };
  }
}

async function performRun({ request }: RunJob, context: AttemptContext): Promise<Attempt> {
  const { executor, host, cancellation, onPiece } = context;
  let result: ModelExecutionResult;
  try {
    const handle = executor.execute(request);
    cancellation.attach(handle);
    if (onPiece !== undefined) await passOn(handle, onPiece);
    result = await handle.result;
  } catch (thrown) {
    result = failedResult(request, thrown);
  }
  result.metadata.host = host;
  if (!result.success) {
    return { ok: false, error: errorOfResult(result), failure: result, ...retryAfter(result.metadata.error?.details) };
  }
  const { promptTokens = 0, completionTokens = 0 } = result.metadata.usage;
  // Decoded tokens, and prompt tokens, which are cheaper: what a limit compares throughput by.
  return { ok: true, value: result, tokens: completionTokens, work: Math.max(1, completionTokens + promptTokens / 10) };
}

async function passOn(handle: ExecutionHandle, onPiece: (piece: Piece) => void): Promise<void> {
  for await (const event of handle) {
    if (event.type !== "start" && event.type !== "end") onPiece(event);
  }
}

/** How long a refusal asked to wait. */
function retryAfter(details: unknown): { retryAfterMs?: number } {
  const { retryAfterMs } = (details ?? {}) as { retryAfterMs?: unknown };
  return typeof retryAfterMs === "number" ? { retryAfterMs } : {};
}
