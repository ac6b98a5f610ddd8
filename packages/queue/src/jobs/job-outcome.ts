import type { ExecutionRequest, ModelExecutionResult } from "@codo/ollama-contract";
import { promptOf } from "@codo/ollama-contract/executor-kit";
import * as v from "valibot";
import type { JobData } from "./job-data.js";
import { type Read, readAs } from "./read-as.js";

/** The newest version of results that this package writes and reads: one that leaves out what its job says too. */
export const RESULT_VERSION = 2;

const record = v.record(v.string(), v.unknown());
const outcomeSchema = v.looseObject({ schemaVersion: v.picklist([1, RESULT_VERSION]), value: record });
const resultSchema = v.looseObject({
  schemaVersion: v.literal(1),
  id: v.string(),
  success: v.boolean(),
  metadata: record,
});

/** What a worker gives back for a job. */
export interface JobOutcome<T = unknown> {
  schemaVersion: 1 | typeof RESULT_VERSION;
  value: T;
}

/** Wraps what a job came to, as whoever submitted the job reads it. */
export function outcomeOf(job: JobData, value: object): JobOutcome {
  if (job.kind !== "run" || (job.resultVersion ?? 1) < RESULT_VERSION) return { schemaVersion: 1, value };
  return { schemaVersion: RESULT_VERSION, value: withoutRequest(value as ModelExecutionResult, job.request) };
}

/** Reads what a worker gave back. */
export function readOutcome<T>(data: unknown): Read<JobOutcome<T>> {
  return readAs<JobOutcome<T>>(outcomeSchema, data, { what: "result", versions: [1, RESULT_VERSION] });
}

/** Reads the result of a run, which a worker of any version may have written. */
export function readResult(data: unknown): Read<ModelExecutionResult> {
  return readAs<ModelExecutionResult>(resultSchema, data, { what: "result", versions: [1] });
}

/** The parts of a result that repeat the request; what differs from it stays. `undefined` is not written. */
function withoutRequest(result: ModelExecutionResult, request: ExecutionRequest): object {
  const { prompt, metadata } = result;
  const { system, messages } = metadata;
  const own = plainMessages(request);
  const isSame = own?.length === messages?.length && own?.every((message, at) => message === messages?.[at]);
  return {
    ...result,
    prompt: prompt === promptOf(request) ? undefined : prompt,
    metadata:
      system === undefined && messages === undefined
        ? metadata
        : {
            ...metadata,
            system: system === request.system ? undefined : system,
            messages: isSame ? undefined : messages,
          },
  };
}

/** A whole result, of one that leaves out what its request says. */
export function withRequest(short: ModelExecutionResult, request: ExecutionRequest): ModelExecutionResult {
  const { schemaVersion, id, modelName, prompt = promptOf(request), ...result } = short;
  const messages = plainMessages(request);
  const { system } = request;
  const metadata = {
    ...(messages !== undefined && { messages }),
    ...(system !== undefined && { system }),
    ...result.metadata,
  };
  return { schemaVersion, id, modelName, prompt, ...result, metadata };
}

/** A result shows messages without the data of their images. */
function plainMessages({ messages }: ExecutionRequest): ExecutionRequest["messages"] {
  return messages?.every(({ images }) => images === undefined) ? messages : undefined;
}
