import { BoundedJinja } from "./bounded-jinja.js";
import type { ChatTemplate, TemplateInput, TemplateMessage } from "./chat-template.js";
import { findJinjaNeeds, type JinjaNeeds } from "./jinja-needs.js";

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
  readonly #marksThoughts: boolean;
  #needs: JinjaNeeds | undefined;

  /**
   * @param kind - `go` when it stands for a Go template, whose manners the server then has
   * @throws Error when the template can't be parsed
   */
  constructor(source: string, tokens: JinjaTokens, kind: "go" | "jinja" = "jinja") {
    this.#template = new BoundedJinja(source);
    this.#marksThoughts = MARKS_THOUGHTS.test(source);
    this.#tokens = tokens;
    this.kind = kind;
  }

  render({ messages, tools, think, suffix }: TemplateInput): string {
    this.#needs ??= findJinjaNeeds(this.#template, this.#tokenNames());
    const last = messages.at(-1);
    const isPrefill = last?.role === "assistant" && (last.toolCalls ?? []).length === 0;
    const shown = isPrefill ? messages.slice(0, -1) : messages;
    const write = (thinking: boolean | string | undefined): string =>
      this.#template.render({
        messages: this.#shape(shown),
        add_generation_prompt: true,
        ...this.#tokenNames(),
        ...(tools !== undefined && tools.length > 0 && { tools }),
        ...(thinking !== undefined && { enable_thinking: thinking !== false }),
        ...(suffix !== undefined && { suffix }),
      });
    if (!isPrefill) return write(think);
    // What is begun is an answer: the thought before it is over.
    const prompt = think === undefined || !this.#marksThoughts ? write(think) : closeThought(write(false));
    return prompt + last.content;
  }

  #shape(messages: readonly TemplateMessage[]): Record<string, unknown>[] {
    const { systemInUser, typedContent, textArguments } = this.#needs ?? NO_NEEDS;
    const turns = systemInUser ? moveSystemIntoUser(messages) : messages;
    return turns.map((message) => {
      const shaped = toJinjaMessage(message, textArguments);
      return typedContent ? { ...shaped, content: [{ type: "text", text: message.content }] } : shaped;
    });
  }

  #tokenNames(): Record<string, string> {
    return { bos_token: this.#tokens.bosToken, eos_token: this.#tokens.eosToken };
  }
}

const NO_NEEDS: JinjaNeeds = { typedContent: false, systemInUser: false, textArguments: false };
/** Thoughts are something to the code of the template, and not only words in a text of its own. */
const MARKS_THOUGHTS = /enable_thinking|reasoning_content|(['"])<\/think>\1/;
const OPEN_THOUGHT = "<think>";
const CLOSED_THOUGHT = "</think>";

/** A prompt after which the model answers without a thought. */
function closeThought(prompt: string): string {
  const end = prompt.trimEnd();
  if (end.endsWith(CLOSED_THOUGHT)) return prompt;
  return `${end.endsWith(OPEN_THOUGHT) ? end : `${prompt}${OPEN_THOUGHT}`}${CLOSED_THOUGHT}`;
}

/** Puts what the system says before what the user says next. */
function moveSystemIntoUser(messages: readonly TemplateMessage[]): TemplateMessage[] {
  const moved: TemplateMessage[] = [];
  let system = "";
  for (const message of messages) {
    if (message.role === "system") system += `${message.content}\n`;
    else if (message.role === "user") {
      moved.push({ ...message, content: system + message.content });
      system = "";
    } else moved.push(message);
  }
  return system === "" ? moved : [...moved, { role: "user", content: system.trimEnd() }];
}

function toJinjaMessage(message: TemplateMessage, textArguments: boolean): Record<string, unknown> {
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
          function: { name: call.name, arguments: textArguments ? JSON.stringify(call.arguments) : call.arguments },
        })),
      }),
    ...(toolName !== undefined && { name: toolName }),
    ...(toolCallId !== undefined && { tool_call_id: toolCallId }),
  };
}
