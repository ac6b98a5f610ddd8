import { BoundedJinja } from "./bounded-jinja.js";
import type { ChatTemplate, TemplateInput, TemplateMessage } from "./chat-template.js";

/** Texts that Jinja templates expect by name. */
export interface JinjaTokens {
  bosToken: string;
  eosToken: string;
}

/** A chat template in Jinja, as GGUF files carry it. */
export class JinjaTemplate implements ChatTemplate {
  readonly kind: "go" | "jinja";
  readonly #template: BoundedJinja;
  readonly #tokens: JinjaTokens;

  /**
   * @param kind - `go` when it stands for a Go template, whose manners the server then has
   * @throws Error when the template can't be parsed
   */
  constructor(source: string, tokens: JinjaTokens, kind: "go" | "jinja" = "jinja") {
    this.#template = new BoundedJinja(source);
    this.#tokens = tokens;
    this.kind = kind;
  }

  render({ messages, tools, think, suffix }: TemplateInput): string {
    const last = messages.at(-1);
    const isPrefill = last?.role === "assistant" && (last.toolCalls ?? []).length === 0;
    const rendered = this.#template.render({
      messages: (isPrefill ? messages.slice(0, -1) : messages).map(toJinjaMessage),
      add_generation_prompt: true,
      bos_token: this.#tokens.bosToken,
      eos_token: this.#tokens.eosToken,
      ...(tools !== undefined && tools.length > 0 && { tools }),
      ...(think !== undefined && { enable_thinking: think !== false }),
      ...(suffix !== undefined && { suffix }),
    });
    return isPrefill ? rendered + last.content : rendered;
  }
}

function toJinjaMessage(message: TemplateMessage): Record<string, unknown> {
  const { role, content, thinking, toolCalls, toolName, toolCallId } = message;
  return {
    role,
    content,
    ...(thinking !== undefined && { reasoning_content: thinking }),
    ...(toolCalls !== undefined &&
      toolCalls.length > 0 && {
        tool_calls: toolCalls.map((call) => ({
          type: "function",
          ...(call.id !== undefined && { id: call.id }),
          function: { name: call.name, arguments: call.arguments },
        })),
      }),
    ...(toolName !== undefined && { name: toolName }),
    ...(toolCallId !== undefined && { tool_call_id: toolCallId }),
  };
}
