import { type ChatMessage, OllamaError } from "@codo/ollama-contract";

/**
 * Refuses a prompt that is no text: a mistake in the program, not a failure of the run.
 * @throws OllamaError `INVALID_REQUEST`
 */
export function assertPrompt(prompt: unknown): asserts prompt is string {
  if (typeof prompt === "string") return;
  throw new OllamaError(
    "INVALID_REQUEST",
    `A prompt is a string; this one is ${describe(prompt)}. Pass the text itself.`,
  );
}

/**
 * Refuses messages that no chat could take.
 * @throws OllamaError `INVALID_REQUEST`
 */
export function assertMessages(messages: unknown): asserts messages is ChatMessage[] {
  if (!Array.isArray(messages) || messages.length === 0) {
    throw new OllamaError("INVALID_REQUEST", "A conversation is a non-empty array of messages. Add at least one.");
  }
  for (const [index, message] of messages.entries()) {
    const { role, content } = (message ?? {}) as Partial<ChatMessage>;
    if (typeof role === "string" && typeof content === "string") continue;
    throw new OllamaError("INVALID_REQUEST", `Message ${index} needs a string \`role\` and a string \`content\`.`);
  }
}

function describe(value: unknown): string {
  if (value === null) return "null";
  return Array.isArray(value) ? "an array" : `of type ${typeof value}`;
}

/**
 * A prompt as the messages of a chat; messages stay as they are.
 * @throws OllamaError `INVALID_REQUEST`
 */
export function toMessages(input: string | ChatMessage[]): ChatMessage[] {
  if (typeof input === "string") return [{ role: "user", content: input }];
  assertMessages(input);
  return input;
}
