import type { ChatMessage, ModelExecutionResult } from "@codo/ollama-contract";
import { errorOfResult } from "@codo/ollama-contract/executor-kit";

/** Runs a chat and gives its result. */
export type RunChat = (messages: ChatMessage[]) => Promise<ModelExecutionResult>;

/** A summary and how much of the history it stands for. */
export interface Summary {
  text: string;
  /** How many messages after the system messages it covers. */
  covered: number;
}

const INSTRUCTION =
  "Summarize the conversation below in a few sentences. Keep names, numbers, decisions and open questions. Write only the summary.";

/**
 * Sums up a part of a conversation, going on from an earlier summary.
 * @throws OllamaError the run's own error when it failed
 */
export async function summarize(
  messages: readonly ChatMessage[],
  earlier: string | undefined,
  run: RunChat,
): Promise<string> {
  const lines = messages.map(({ role, content }) => `${role}: ${content}`);
  if (earlier !== undefined) lines.unshift(`earlier: ${earlier}`);
  const result = await run([{ role: "user", content: `${INSTRUCTION}\n\n${lines.join("\n")}` }]);
  if (!result.success) throw errorOfResult(result);
  return result.response.trim();
}

/** The message that stands for what was summed up. */
export function summaryMessage(text: string): ChatMessage {
  return { role: "system", content: `Summary of the conversation so far: ${text}` };
}
