import type { ModelExecutionResult, ToolCall } from "@codo/ollama-contract";

/**
 * What became of a call: `ok` it ran, `failed` it threw, `invalid` its arguments did not fit, `unknown` there is no
 * such tool, `denied` it was not approved, `skipped` the step limit was reached.
 */
export type ToolCallStatus = "ok" | "failed" | "invalid" | "unknown" | "denied" | "skipped";

/** One call of a tool, as it went. */
export interface ToolCallRecord {
  id?: string;
  name: string;
  /** As the model wrote them. */
  arguments: Record<string, unknown>;
  status: ToolCallStatus;
  /** What the tool returned. */
  output?: unknown;
  /** Why it did not run, or what it threw. */
  error?: string;
  /** What was sent to the model. */
  content: string;
  durationMs: number;
}

/** One turn of the model, and the calls that it made. */
export interface ToolStep {
  result: ModelExecutionResult;
  calls: ToolCallRecord[];
}

/** A call that waits for approval. */
export interface PendingToolCall {
  id?: string;
  name: string;
  /** Validated, and converted where the schema does so. */
  arguments: unknown;
  step: number;
}

/** Yes or no, or no with a reason that is sent to the model. */
export type ApprovalAnswer = boolean | { approved: boolean; reason?: string };

/** The parts of a wire call that a record starts from. */
export function recordOf(call: ToolCall): Pick<ToolCallRecord, "id" | "name" | "arguments"> {
  const { name, arguments: args } = call.function;
  return { ...(call.id !== undefined && { id: call.id }), name, arguments: args ?? {} };
}

/** What a tool returned, as a model can read it. */
export function toContent(output: unknown): string {
  if (typeof output === "string") return output;
  return JSON.stringify(output) ?? "done";
}
