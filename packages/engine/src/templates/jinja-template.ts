import { BoundedJinja } from "./bounded-jinja.js";
import type { ChatTemplate, TemplateInput, TemplateMessage } from "./chat-template.js";
import { formatDate } from "./format-date.js";
import { findContinuation, type JinjaContinuation } from "./jinja-continuation.js";
import { findJinjaNeeds, type JinjaNeeds } from "./jinja-needs.js";
import { toJinjaTools } from "./jinja-tools.js";

/** Texts that Jinja templates expect by name. */
export interface JinjaTokens {
  bosToken: string;
  eosToken: string;
}

/** A chat template in Jinja, as GGUF files carry it. */
export class JinjaTemplate implements ChatTemplate {
  readonly kind: "go" | "jinja";
  readonly #source: string;
  readonly #template: BoundedJinja;
  readonly #tokens: JinjaTokens;
  #needs: JinjaNeeds | undefined;
  #continuation: JinjaContinuation | undefined;

  /**
   * @param kind - `go` when it stands for a Go template, whose manners the server then has
   * @throws Error when the template can't be parsed
   */
  constructor(source: string, tokens: JinjaTokens, kind: "go" | "jinja" = "jinja") {
    this.#source = source;
    this.#template = new BoundedJinja(source);
    this.#tokens = tokens;
    this.kind = kind;
  }

  render({ messages, tools, think, suffix, today = new Date() }: TemplateInput): string {
    const known = this.#variables(today);
    this.#needs ??= findJinjaNeeds(this.#template, { ...known, enable_thinking: true });
    this.#continuation ??= findContinuation(this.#source, this.#template, { ...known, enable_thinking: true });
    const always = { ...known, enable_thinking: this.#continuation.thinks };
    const last = messages.at(-1);
    const isPrefill = last?.role === "assistant" && (last.toolCalls ?? []).length === 0;
    const shown = this.#shape(isPrefill ? messages.slice(0, -1) : messages);
    const write = (more: Record<string, unknown>): string =>
      this.#template.render({
        messages: shown,
        ...always,
        ...(tools !== undefined && tools.length > 0 && { tools: toJinjaTools(tools) }),
        ...(think !== undefined && { enable_thinking: think !== false }),
        ...(typeof think === "string" && { reasoning_effort: think, reasoning_strength: think }),
        ...(suffix !== undefined && { suffix }),
        ...more,
      });
    const opened = write({ add_generation_prompt: true });
    if (!isPrefill) return opened;
    return continued(write({}), opened, this.#continuation) + last.content;
  }

  #shape(messages: readonly TemplateMessage[]): Record<string, unknown>[] {
    const { systemInUser, typedContent, textArguments } = this.#needs ?? NO_NEEDS;
    const turns = systemInUser ? moveSystemIntoUser(messages) : messages;
    return turns.map((message) => {
      const shaped = toJinjaMessage(message, textArguments);
      return typedContent ? { ...shaped, content: [{ type: "text", text: message.content }] } : shaped;
    });
  }

  /** What every template may use; earlier thoughts would be kept, where there were any. */
  #variables(today: Date): Record<string, unknown> {
    return {
      bos_token: this.#tokens.bosToken,
      eos_token: this.#tokens.eosToken,
      preserve_thinking: true,
      clear_thinking: false,
      truncate_history_thinking: false,
      drop_thinking: false,
      datetime: formatDate("%b %d %Y", today),
      date_string: formatDate("%d %b %Y", today),
      strftime_now: (pattern: unknown): string => formatDate(String(pattern), today),
    };
  }
}

const NO_NEEDS: JinjaNeeds = { typedContent: false, systemInUser: false, textArguments: false };
/** A conversation whose last answer goes on: what opens the turn, an empty thought, and then the answer. */
function continued(closed: string, opened: string, { cutAt, thought }: JinjaContinuation): string {
  let same = 0;
  while (same < closed.length && closed[same] === opened[same]) same++;
  const opening = opened.slice(same);
  const cut = cutAt === "" ? -1 : opening.indexOf(cutAt);
  return closed + (cut < 0 ? opening : opening.slice(0, cut)) + thought;
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
  // A real server does not give earlier thoughts to a Jinja template.
  const { role, content, toolCalls, toolName, toolCallId } = message;
  return {
    role,
    content,
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
