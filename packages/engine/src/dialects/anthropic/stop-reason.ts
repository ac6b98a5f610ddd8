import type { AnswerParts } from "../native-answer.js";

/** Why an answer ended, in Anthropic's words; nothing while it goes on. */
export function stopReason({ doneReason }: AnswerParts, hasCalled: boolean): { stop_reason?: string } {
  if (doneReason === "") return {};
  if (hasCalled) return { stop_reason: "tool_use" };
  if (doneReason === "stop") return { stop_reason: "end_turn" };
  return { stop_reason: doneReason === "length" ? "max_tokens" : "stop_sequence" };
}
