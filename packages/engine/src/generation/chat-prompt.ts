import type { InferenceProcess } from "../inference/inference-contract.js";
import type { ChatTemplate, TemplateInput, TemplateMessage } from "../templates/chat-template.js";

/**
 * Renders a conversation so that it fits the context window: the oldest messages go first, system messages and the
 * last message always stay. What is still too long then is cut, or refused, by the inference process.
 */
export async function renderChat(
  process: InferenceProcess,
  template: ChatTemplate,
  input: TemplateInput,
  truncate: boolean,
): Promise<string> {
  const whole = template.render(input);
  if (!truncate || input.messages.length < 2) return whole;
  const { numCtx } = process.info;
  // A token is at least one byte: a short text needs no counting.
  if (Buffer.byteLength(whole) <= numCtx || (await process.tokenize(whole)).length <= numCtx) return whole;
  for (let first = 1; first < input.messages.length; first++) {
    const rendered = template.render({ ...input, messages: withoutOldest(input.messages, first) });
    const fits = (await process.tokenize(rendered)).length <= numCtx;
    if (fits || first === input.messages.length - 1) return rendered;
  }
  return whole;
}

function withoutOldest(messages: TemplateMessage[], first: number): TemplateMessage[] {
  return messages.filter((message, index) => index >= first || message.role === "system");
}
