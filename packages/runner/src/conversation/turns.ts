import type { ChatMessage } from "@codo/ollama-contract";

/** A message of the user with all that followed it: answers, tool calls and their results. They stay or go together. */
export type Turn = ChatMessage[];

/** A history in parts: what stands before the first user message, and the turns. */
export interface SplitHistory {
  /** System messages, and whatever else comes before the first user message. */
  head: ChatMessage[];
  turns: Turn[];
}

/** Splits a history at its user messages. */
export function splitHistory(messages: readonly ChatMessage[]): SplitHistory {
  const history: SplitHistory = { head: [], turns: [] };
  for (const message of messages) {
    const current = history.turns.at(-1);
    if (message.role === "user") history.turns.push([message]);
    else if (current === undefined || message.role === "system") (current ?? history.head).push(message);
    else current.push(message);
  }
  return history;
}
