import type { InferenceProcess } from "../inference/inference-contract.js";
import type { ChatTemplate, TemplateInput, TemplateMessage } from "../templates/chat-template.js";
import { toApiError } from "./inference-failure.js";

/** How a conversation is made to fit. */
export interface ChatPromptOptions {
  truncate: boolean;
  signal: AbortSignal;
}

/**
 * Renders a conversation so that it fits the context window: the oldest messages go first, system messages and the
 * last message always stay. What is still too long then is cut, or refused, by the inference process.
 */
export async function renderChat(
  process: InferenceProcess,
  template: ChatTemplate,
  input: TemplateInput,
  { truncate, signal }: ChatPromptOptions,
): Promise<string> {
  const whole = template.render(input);
  if (!truncate || input.messages.length < 2) return whole;
  const { numCtx } = process.info;
  const fits = async (prompt: string): Promise<boolean> => {
    signal.throwIfAborted();
    // A token is at least one byte: a short text needs no counting.
    if (Buffer.byteLength(prompt) <= numCtx) return true;
    const tokens = await process.tokenize(prompt).catch((error) => Promise.reject(toApiError(error)));
    return tokens.length <= numCtx;
  };
  if (await fits(whole)) return whole;
  // The fewest messages to leave out, by halving: a long conversation is not rendered once for each of its messages.
  const without = (first: number): string =>
    template.render({ ...input, messages: withoutOldest(input.messages, first) });
  let least = 1;
  let most = input.messages.length - 1;
  while (least < most) {
    const middle = (least + most) >> 1;
    if (await fits(without(middle))) most = middle;
    else least = middle + 1;
  }
  return without(most);
}

function withoutOldest(messages: TemplateMessage[], first: number): TemplateMessage[] {
  return messages.filter((message, index) => index >= first || message.role === "system");
}
