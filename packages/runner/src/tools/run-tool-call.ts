import { OllamaError, type ToolCall } from "@codo/ollama-contract";
import { throwIfAborted, untilAborted } from "@codo/ollama-contract/executor-kit";
import type { ToolBox } from "./tool-box.js";
import {
  type ApprovalAnswer,
  type PendingToolCall,
  recordOf,
  type ToolCallRecord,
  type ToolCallStatus,
  toContent,
} from "./tool-call-record.js";

/** What the calls of one turn have in common. */
export interface ToolTurn {
  tools: ToolBox;
  step: number;
  signal: AbortSignal | undefined;
  approve: ((call: PendingToolCall) => ApprovalAnswer | Promise<ApprovalAnswer>) | undefined;
}

/** Runs one call: known tool, valid arguments, approval, and only then the tool. It does not throw for a tool's error. */
export async function runToolCall(call: ToolCall, turn: ToolTurn): Promise<ToolCallRecord> {
  const startedAtMs = performance.now();
  const base = recordOf(call);
  const refuse = (status: ToolCallStatus, error: string): ToolCallRecord => {
    return { ...base, status, error, content: `Error: ${error}`, durationMs: performance.now() - startedAtMs };
  };
  const { tools, step, signal } = turn;
  if (!tools.has(base.name)) {
    return refuse("unknown", `There is no tool "${base.name}". The tools are: ${tools.names.join(", ") || "none"}.`);
  }
  const validation = await tools.validate(base.name, base.arguments);
  if (validation.issues !== undefined) {
    return refuse("invalid", `The arguments do not fit: ${validation.issues.join("; ")}`);
  }
  const args = validation.value;
  const pending = { ...(base.id !== undefined && { id: base.id }), name: base.name, arguments: args, step };
  const denial = await denialOf(pending, turn);
  if (denial !== undefined) return refuse("denied", denial);
  try {
    const context = { step, ...(signal && { signal }), ...(base.id !== undefined && { callId: base.id }) };
    const output = await untilAborted(tools.run(base.name, args, context), signal, `Tool "${base.name}"`);
    const durationMs = performance.now() - startedAtMs;
    return { ...base, status: "ok", output, content: toContent(output), durationMs };
  } catch (error) {
    throwIfAborted(signal, `Tool "${base.name}"`);
    return refuse("failed", error instanceof Error ? error.message : String(error));
  }
}

/** Notes a call that no step was left for. */
export function skippedCall(call: ToolCall, maxSteps: number): ToolCallRecord {
  const error = `Not run: the limit of ${maxSteps} steps was reached.`;
  return { ...recordOf(call), status: "skipped", error, content: error, durationMs: 0 };
}

async function denialOf(call: PendingToolCall, { approve }: ToolTurn): Promise<string | undefined> {
  if (approve === undefined) return undefined;
  const answer = await approve(call);
  if (typeof answer !== "boolean" && (typeof answer !== "object" || answer === null)) {
    throw new OllamaError("INVALID_REQUEST", "`approve` answers with true, false or { approved, reason }.");
  }
  const { approved, reason } = typeof answer === "boolean" ? { approved: answer, reason: undefined } : answer;
  return approved ? undefined : (reason ?? "The user did not approve this call.");
}
