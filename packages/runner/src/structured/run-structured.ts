import {
  type ChatMessage,
  type ExecutionRequest,
  type ModelExecutionResult,
  OllamaError,
  type PartialExecutionOptions,
} from "@codo/ollama-contract";
import { errorOfResult } from "@codo/ollama-contract/executor-kit";
import type { RunCall } from "../execution/run-call.js";
import { jsonCandidates } from "./extract-json.js";
import type { ValueSchema } from "./value-schema.js";

/** How a structured run is done, beside what every run takes. */
export interface StructuredCall extends RunCall {
  options?: PartialExecutionOptions;
  /** Most further turns that show the model what was wrong; 0 is none. @defaultValue 2 */
  maxRepairs?: number;
}

/** A value that fits its schema, and how it came about. */
export interface StructuredAnswer<T> {
  value: T;
  /** The run that gave the value. */
  result: ModelExecutionResult;
  /** How often the model was asked. */
  attempts: number;
  /** What was wrong with each earlier answer. */
  repairs: { response: string; issues: string[] }[];
}

/** A structured run: the chat that asks, the schema of the answer, and how to run one turn. */
export interface StructuredRun<T> {
  model: string;
  messages: ChatMessage[];
  schema: ValueSchema<T>;
  call: StructuredCall;
  run: (request: ExecutionRequest) => Promise<ModelExecutionResult>;
}

/**
 * Asks for a value of a schema. An answer that does not fit is quoted back with its errors. The value is always one
 * that the model wrote: nothing is filled in, cut or guessed here.
 * @throws OllamaError `SCHEMA_MISMATCH` with `details.raw` after the last attempt; the run's own error when it failed
 */
export async function runStructuredTurns<T>({
  model,
  messages,
  schema,
  call,
  run,
}: StructuredRun<T>): Promise<StructuredAnswer<T>> {
  const { maxRepairs = 2, options, ...runCall } = call;
  const chat = [...messages];
  const repairs: StructuredAnswer<T>["repairs"] = [];
  const format = schema.jsonSchema;
  while (true) {
    const result = await run({ ...runCall, model, messages: [...chat], options: { ...options, format } });
    if (!result.success) throw errorOfResult(result);
    const outcome = await readValue(result, schema);
    if (outcome.issues === undefined) {
      return { value: outcome.value, result, attempts: repairs.length + 1, repairs };
    }
    repairs.push({ response: result.response, issues: outcome.issues });
    if (repairs.length > maxRepairs) throw mismatch(result, repairs);
    chat.push({ role: "assistant", content: result.response });
    chat.push({ role: "user", content: repairRequest(outcome.issues, format) });
  }
}

type ReadValue<T> = { value: T; issues?: undefined } | { issues: string[] };

async function readValue<T>(result: ModelExecutionResult, schema: ValueSchema<T>): Promise<ReadValue<T>> {
  let issues: string[] | undefined;
  for (const candidate of jsonCandidates(result.response)) {
    const validation = await schema.validate(candidate);
    if (validation.issues === undefined) return { value: validation.value };
    issues ??= validation.issues;
  }
  if (issues !== undefined) return { issues };
  const isCut = result.metadata.truncated;
  return {
    issues: [
      isCut ? "The answer was cut off before its JSON was complete; answer shorter." : "The answer is not JSON.",
    ],
  };
}

function repairRequest(issues: string[], jsonSchema: unknown): string {
  const list = issues.map((issue) => `- ${issue}`).join("\n");
  return `Your answer is not valid:\n${list}\nAnswer again, with nothing but JSON that fits this JSON Schema:\n${JSON.stringify(jsonSchema)}`;
}

function mismatch(result: ModelExecutionResult, repairs: StructuredAnswer<unknown>["repairs"]): OllamaError {
  const issues = repairs.at(-1)?.issues ?? [];
  const remedy = result.metadata.truncated
    ? "It was cut at numPredict or the end of the context: raise numPredict."
    : "Simplify the schema, allow more repairs, or use a larger model.";
  return new OllamaError(
    "SCHEMA_MISMATCH",
    `Model "${result.modelName}" gave no answer that fits the schema in ${repairs.length} ${repairs.length === 1 ? "attempt" : "attempts"}; the last one: ${issues.join("; ")}. ${remedy}`,
    { details: { raw: result.response, issues, attempts: repairs.length, truncated: result.metadata.truncated } },
  );
}
