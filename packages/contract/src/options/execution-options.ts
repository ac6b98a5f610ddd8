import * as v from "valibot";

const positiveOrMinusOne = v.pipe(v.number(), v.integer(), v.minValue(-1));

/** A schema for each option; the type keeps the schemas and {@link ExecutionOptions} in step. */
export type ExecutionOptionEntries = {
  readonly [K in keyof ExecutionOptions]-?:
    | v.GenericSchema<unknown, NonNullable<ExecutionOptions[K]>>
    | v.GenericSchema<NonNullable<ExecutionOptions[K]>>;
};

/**
 * The run options of a model, one entry each. The single source of types, validation and the parameter table;
 * ranges are the server's own. Names are camelCase here and snake_case on the wire ({@link toWireOptions}).
 */
export const executionOptionEntries: ExecutionOptionEntries = {
  temperature: v.pipe(v.number(), v.minValue(0), v.metadata({ description: "Randomness; 0 is greedy." })),
  topP: v.pipe(
    v.number(),
    v.minValue(0),
    v.maxValue(1),
    v.metadata({ description: "Nucleus sampling: keep the most likely tokens up to this total probability." }),
  ),
  topK: v.pipe(
    v.number(),
    v.integer(),
    v.minValue(0),
    v.metadata({ description: "Top-k sampling: how many candidate tokens to keep; 0 keeps all." }),
  ),
  numPredict: v.pipe(
    v.number(),
    v.integer(),
    v.minValue(-2),
    v.metadata({ description: "Maximum number of tokens to generate; -1 is no limit, -2 fills the context window." }),
  ),
  numCtx: v.pipe(
    v.number(),
    v.integer(),
    v.minValue(1),
    v.metadata({ description: "Context window in tokens; another value reloads the model." }),
  ),
  repeatPenalty: v.pipe(
    v.number(),
    v.minValue(0),
    v.metadata({ description: "Penalty on repeated tokens; 1 is none." }),
  ),
  repeatLastN: v.pipe(
    positiveOrMinusOne,
    v.metadata({ description: "How many tokens to look back for repetition; 0 is off, -1 the whole context." }),
  ),
  seed: v.pipe(v.number(), v.integer(), v.metadata({ description: "Random seed; the same seed gives the same text." })),
  stop: v.pipe(
    v.array(v.string()),
    v.metadata({ description: "Stop sequences: strings that end the answer and are not part of it." }),
  ),
  stream: v.pipe(v.boolean(), v.metadata({ description: "Stream the answer." })),
  format: v.pipe(
    v.custom<OutputFormat>(
      (value) =>
        typeof value === "string" || (typeof value === "object" && value !== null) || typeof value === "function",
    ),
    v.metadata({ description: '"text", "json", a JSON Schema or a Standard Schema.' }),
  ),
  numKeep: v.pipe(positiveOrMinusOne, v.metadata({ description: "Prompt tokens kept when the context shifts." })),
  minP: v.pipe(
    v.number(),
    v.minValue(0),
    v.maxValue(1),
    v.metadata({ description: "Minimum probability, relative to the most likely token." }),
  ),
  typicalP: v.pipe(
    v.number(),
    v.minValue(0),
    v.maxValue(1),
    v.metadata({ description: "Locally typical sampling; 1 is off." }),
  ),
  presencePenalty: v.pipe(v.number(), v.metadata({ description: "Penalty on tokens that occurred at all." })),
  frequencyPenalty: v.pipe(v.number(), v.metadata({ description: "Penalty on tokens by how often they occurred." })),
  numBatch: v.pipe(
    v.number(),
    v.integer(),
    v.minValue(1),
    v.metadata({ description: "Batch size of the prefill in tokens; another value reloads the model." }),
  ),
  numGpu: v.pipe(
    v.number(),
    v.integer(),
    v.minValue(-1),
    v.metadata({ description: "Number of layers to offload to the GPU; another value reloads the model." }),
  ),
  mainGpu: v.pipe(
    v.number(),
    v.integer(),
    v.minValue(0),
    v.metadata({ description: "The GPU for small tensors; another value reloads the model." }),
  ),
  useMmap: v.pipe(
    v.boolean(),
    v.metadata({ description: "Map the model file into memory; another value reloads the model." }),
  ),
  numThread: v.pipe(
    v.number(),
    v.integer(),
    v.minValue(0),
    v.metadata({ description: "CPU threads; another value reloads the model." }),
  ),
  draftNumPredict: v.pipe(
    v.number(),
    v.integer(),
    v.minValue(0),
    v.metadata({ description: "Draft tokens of speculative decoding; another value reloads the model." }),
  ),
};

/** Schema of any subset of the options; unknown keys are kept. */
export const partialExecutionOptionsSchema: v.GenericSchema<
  unknown,
  { [K in keyof ExecutionOptions]?: ExecutionOptions[K] }
> = v.partial(v.looseObject(executionOptionEntries)) as never;

/** A Standard Schema (standardschema.dev): valibot, zod and arktype schemas are. */
export interface StandardSchema<Output = unknown> {
  readonly "~standard": {
    readonly version: 1;
    readonly vendor: string;
    readonly validate: (value: unknown) => unknown;
    readonly types?: { readonly input: unknown; readonly output: Output } | undefined;
  };
}

/** A JSON Schema as an object. */
export type JsonSchema = Record<string, unknown>;

/** What shape an answer has to have. */
export type OutputFormat = "text" | "json" | JsonSchema | StandardSchema;

/** Every option; the first eleven with the specification's defaults, the others absent unless set. */
export interface ExecutionOptions {
  temperature: number;
  topP: number;
  topK: number;
  numPredict: number;
  numCtx: number;
  repeatPenalty: number;
  repeatLastN: number;
  seed?: number;
  stop?: string[];
  stream: boolean;
  format: OutputFormat;
  numKeep?: number;
  minP?: number;
  typicalP?: number;
  presencePenalty?: number;
  frequencyPenalty?: number;
  numBatch?: number;
  numGpu?: number;
  mainGpu?: number;
  useMmap?: boolean;
  numThread?: number;
  draftNumPredict?: number;
}

/** Any subset of the options; `null` takes a value off that a lower layer set. Only what is set is sent. */
export type PartialExecutionOptions = { [K in keyof ExecutionOptions]?: ExecutionOptions[K] | null | undefined };

/** The specification's defaults. They go on the wire only through {@link createExecutionOptions} or a config. */
export const EXECUTION_OPTION_DEFAULTS: Readonly<
  Pick<
    ExecutionOptions,
    "temperature" | "topP" | "topK" | "numPredict" | "numCtx" | "repeatPenalty" | "repeatLastN" | "stream" | "format"
  >
> = {
  temperature: 0.7,
  topP: 0.9,
  topK: 40,
  numPredict: 128,
  numCtx: 2048,
  repeatPenalty: 1.1,
  repeatLastN: 64,
  stream: false,
  format: "text",
};

/** Options whose change makes the server reload the model. Source: Ollama 0.33, `api.Runner`. */
export const LOAD_TIME_OPTIONS: readonly (keyof ExecutionOptions)[] = [
  "numCtx",
  "numBatch",
  "numGpu",
  "mainGpu",
  "useMmap",
  "numThread",
  "draftNumPredict",
];
