import { ApiError, runnerError } from "../http/api-error.js";

/** A model's parameters and a request's options together, read and checked; what nobody set is absent or a default. */
export interface ModelOptions {
  numCtx?: number;
  numBatch?: number;
  numThread?: number;
  useMmap?: boolean;
  numKeep: number;
  seed: number;
  numPredict: number;
  topK: number;
  topP: number;
  minP: number;
  typicalP: number;
  repeatLastN: number;
  temperature: number;
  repeatPenalty: number;
  presencePenalty: number;
  frequencyPenalty: number;
  stop: string[];
}

type Kind = "integer" | "float32" | "boolean" | "array";

const KINDS: Record<string, Kind> = {
  num_ctx: "integer",
  num_batch: "integer",
  num_gpu: "integer",
  main_gpu: "integer",
  use_mmap: "boolean",
  num_thread: "integer",
  num_keep: "integer",
  seed: "integer",
  num_predict: "integer",
  top_k: "integer",
  top_p: "float32",
  min_p: "float32",
  typical_p: "float32",
  repeat_last_n: "integer",
  temperature: "float32",
  repeat_penalty: "float32",
  presence_penalty: "float32",
  frequency_penalty: "float32",
  stop: "array",
};

/** Whether an option has a meaning here. */
export function isKnownOption(name: string): boolean {
  return Object.hasOwn(KINDS, name);
}

const LARGEST_INT32 = 2_147_483_647;

/**
 * Reads options as the wire spells them, later ones over earlier ones; unknown ones are passed over.
 * @throws ApiError (500) for a value of the wrong type, as a real server; (400) for a name that every object has
 */
export function readModelOptions(...layers: readonly Record<string, unknown>[]): ModelOptions {
  const values: Record<string, unknown> = {};
  for (const layer of layers) {
    for (const [name, value] of Object.entries(layer)) {
      if (name in Object.prototype) throw new ApiError(400, `${JSON.stringify(name)} is not the name of an option`);
      const kind = KINDS[name];
      if (kind === undefined || value === null) continue;
      if (!isOfKind(value, kind)) throw new ApiError(500, `option "${name}" must be of type ${kind}`);
      values[name] = value;
    }
  }
  const number = (name: string, fallback: number): number => (values[name] as number | undefined) ?? fallback;
  return {
    ...(values.num_ctx !== undefined && { numCtx: number("num_ctx", 0) }),
    ...(values.num_batch !== undefined && { numBatch: number("num_batch", 0) }),
    ...(values.num_thread !== undefined && { numThread: number("num_thread", 0) }),
    ...(values.use_mmap !== undefined && { useMmap: values.use_mmap === true }),
    numKeep: number("num_keep", 4),
    seed: number("seed", -1),
    numPredict: number("num_predict", -1),
    topK: number("top_k", 40),
    topP: number("top_p", 0.9),
    minP: number("min_p", 0),
    typicalP: number("typical_p", 1),
    repeatLastN: number("repeat_last_n", 64),
    temperature: number("temperature", 0.8),
    repeatPenalty: number("repeat_penalty", 1),
    presencePenalty: number("presence_penalty", 0),
    frequencyPenalty: number("frequency_penalty", 0),
    stop: ((values.stop as unknown[] | undefined) ?? []).map(String),
  };
}

/** Refuses what a real server's runner refuses. @throws ApiError (400) */
export function checkRunnerOptions({ repeatLastN }: ModelOptions): void {
  if (repeatLastN < 0) {
    throw runnerError(
      `Field 'repeat_last_n': Value must be between 0 <= value <= ${LARGEST_INT32}, but got ${repeatLastN}`,
    );
  }
}

function isOfKind(value: unknown, kind: Kind): boolean {
  if (kind === "array") return Array.isArray(value) && value.every((item) => typeof item === "string");
  if (kind === "boolean") return typeof value === "boolean";
  return typeof value === "number" && (kind === "float32" || Number.isFinite(value));
}
