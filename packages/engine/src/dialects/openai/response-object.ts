import { randomInt } from "node:crypto";
import { isObject } from "../../wire/decode-body.js";
import type { AnsweredCall, AnswerParts } from "../native-answer.js";
import type { Native } from "../translated-exchange.js";
import { nowSeconds } from "./openai-dialect.js";
import type { ResponsesBody } from "./responses.js";

/** A response: what the request said, and what came of it. */
export class ResponseObject {
  readonly id: string = `resp_${randomInt(1_000_000)}`;
  readonly messageId: string = `msg_${randomInt(1_000_000)}`;
  readonly reasoningId: string = `rs_${randomInt(1_000_000)}`;
  readonly #body: ResponsesBody;
  readonly #createdAt: number = nowSeconds();

  constructor(body: ResponsesBody) {
    this.#body = body;
  }

  /** The response while it goes on. */
  inProgress(): Native {
    return this.#describe({ status: "in_progress", completedAt: null, output: [], usage: null });
  }

  /** The response with a whole answer. */
  finished(answer: AnswerParts): Native {
    const { promptTokens, completionTokens } = answer;
    const isCut = answer.doneReason === "length";
    return this.#describe({
      status: isCut ? "incomplete" : "completed",
      completedAt: nowSeconds(),
      details: isCut ? { reason: "max_output_tokens" } : null,
      output: this.output(answer),
      usage: {
        input_tokens: promptTokens,
        output_tokens: completionTokens,
        total_tokens: promptTokens + completionTokens,
        input_tokens_details: { cached_tokens: 0 },
        output_tokens_details: { reasoning_tokens: 0 },
      },
    });
  }

  /** The items of an answer, in their order. */
  output({ thinking, content, calls }: Pick<AnswerParts, "thinking" | "content" | "calls">): Native[] {
    return [
      ...(thinking === "" ? [] : [this.reasoning(thinking)]),
      ...(content === "" && calls.length > 0 ? [] : [this.message(content, "completed")]),
      ...calls.map((call) => this.call(call, "completed")),
    ];
  }

  reasoning(text: string): Native {
    // What comes back as `encrypted_content` is the thought of the turn; it is no secret here.
    return {
      id: this.reasoningId,
      type: "reasoning",
      summary: [{ type: "summary_text", text }],
      encrypted_content: text,
    };
  }

  message(text: string | undefined, status: string): Native {
    const content = text === undefined ? [] : [textPart(text)];
    return { id: this.messageId, type: "message", status, role: "assistant", content };
  }

  call({ id, name, arguments: given }: AnsweredCall, status: string): Native {
    const text = status === "completed" ? JSON.stringify(given) : "";
    return { id: `fc_${id}`, type: "function_call", status, call_id: id, name, arguments: text };
  }

  #describe(state: {
    status: string;
    completedAt: number | null;
    details?: unknown;
    output: Native[];
    usage: unknown;
  }): Native {
    const {
      model,
      instructions,
      tools,
      tool_choice: choice,
      truncation,
      top_p,
      temperature,
      reasoning,
      metadata,
    } = this.#body;
    return {
      id: this.id,
      object: "response",
      created_at: this.#createdAt,
      completed_at: state.completedAt,
      status: state.status,
      incomplete_details: state.details ?? null,
      model,
      previous_response_id: null,
      instructions: instructions ?? null,
      output: state.output,
      error: null,
      tools: tools ?? [],
      tool_choice: choice ?? "auto",
      truncation: truncation ?? "disabled",
      parallel_tool_calls: true,
      text: isObject(this.#body.text) ? this.#body.text : { format: { type: "text" } },
      top_p: top_p ?? 1,
      presence_penalty: 0,
      frequency_penalty: 0,
      top_logprobs: 0,
      temperature: temperature ?? 1,
      reasoning: reasoning ?? null,
      usage: state.usage,
      max_output_tokens: this.#body.max_output_tokens ?? null,
      max_tool_calls: null,
      store: false,
      background: false,
      service_tier: "default",
      metadata: metadata ?? {},
      safety_identifier: null,
      prompt_cache_key: null,
    };
  }
}

/** A piece of a message. */
export function textPart(text: string): Native {
  return { type: "output_text", text, annotations: [], logprobs: [] };
}
