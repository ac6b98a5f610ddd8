import type { InferenceProcess } from "../inference/inference-contract.js";
import type { LocalModel } from "../store/local-model.js";

/** What a model's process is started with; a request that needs something else starts another. */
export interface LoadPlan {
  /** Context window of each sequence, in tokens, cut to what the model was trained for. */
  numCtx: number;
  numBatch?: number;
  numThread?: number;
  useMmap?: boolean;
}

/** Whether two plans ask for the same process. */
export function samePlan(a: LoadPlan, b: LoadPlan): boolean {
  return a.numCtx === b.numCtx && a.numBatch === b.numBatch && a.numThread === b.numThread && a.useMmap === b.useMmap;
}

/** A model in memory, and who uses it. */
export interface LoadedModel {
  readonly model: LocalModel;
  readonly plan: LoadPlan;
  readonly process: InferenceProcess;
  /** Requests that hold it, those that wait for a sequence included. */
  users: number;
  /** How long it stays after its last use, in milliseconds; negative is for ever. */
  keepAliveMs: number;
  /** When it was last let go, in nanoseconds since the epoch. */
  idleSinceNs: bigint;
  timer?: NodeJS.Timeout;
  /** Set once it takes no more requests; resolves when its process has ended. */
  ending?: Promise<void>;
}

/** A year far away stands for "for ever", as on a real server: the longest time that Go's durations hold. */
const FOREVER_NS = 9_223_372_036_854_775_807n;

/** When a model will be unloaded if nobody uses it until then, in nanoseconds since the epoch. */
export function expiresNs({ keepAliveMs, idleSinceNs }: LoadedModel): bigint {
  return idleSinceNs + (keepAliveMs < 0 ? FOREVER_NS : BigInt(Math.round(keepAliveMs * 1e6)));
}
