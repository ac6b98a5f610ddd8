import type { ExecutionRequest } from "./executor.js";

/** What a result shows as its prompt: the prompt itself, or the last thing the user said. */
export function promptOf({ prompt, messages }: Pick<ExecutionRequest, "prompt" | "messages">): string {
  if (messages === undefined) return prompt ?? "";
  return messages.findLast((message) => message.role === "user")?.content ?? "";
}
