import { randomInt } from "node:crypto";
import { EngineTrace } from "../diagnostics/engine-trace.js";
import type { EngineContext } from "../engine-context/engine-context.js";
import { findModel, requireCapability } from "../engine-context/find-model.js";
import { renderChat } from "../generation/chat-prompt.js";
import { generateAnswer } from "../generation/generate-to-the-end.js";
import { loadPlan, logprobCount, samplingOptions, tokenLimit } from "../generation/generation-plan.js";
import { toApiError } from "../generation/inference-failure.js";
import { checkRunnerOptions, isKnownOption, readModelOptions, runnerError } from "../generation/model-options.js";
import { warnOfOptions } from "../generation/option-warnings.js";
import { type OutputFormat, readFormat } from "../generation/output-format.js";
import { outputGrammar } from "../generation/output-grammar.js";
import { createOutputParser, thoughtOf } from "../generation/output-parsing.js";
import {
  type GenerationPiece,
  type GenerationResult,
  runGeneration,
  type WireLogprob,
} from "../generation/run-generation.js";
import { callSchema, readToolChoice } from "../generation/tool-choice.js";
import { ApiError } from "../http/api-error.js";
import type { Exchange } from "../http/exchange.js";
import type { LineStream } from "../http/ndjson-stream.js";
import type { Handler } from "../http/router.js";
import { canDo } from "../models/capabilities.js";
import type { ParsedToolCall } from "../parsers/output-parser.js";
import { PipedParser } from "../parsers/piped-parser.js";
import { RequiredCallParser } from "../parsers/required-call-parser.js";
import type { LocalModel } from "../store/local-model.js";
import type { ChatTemplate, TemplateMessage } from "../templates/chat-template.js";
import { withoutEarlierThoughts } from "../templates/earlier-thoughts.js";
import {
  anything,
  bool,
  type Decoded,
  type Decoder,
  decodeBody,
  integer,
  listOf,
  mismatch,
  record,
  text,
} from "../wire/decode-body.js";
import { message, type WireMessage } from "../wire/decode-message.js";
import { keepAlive, think } from "../wire/decode-special.js";
import { timestamp } from "../wire/timestamp.js";
import { RequestClock } from "./generation-times.js";

const REPEAT_LIMIT = 30;
const LOWER_CASE = "abcdefghijklmnopqrstuvwxyz0123456789";
const ANY_CASE = `ABCDEFGHIJKLMNOPQRSTUVWXYZ${LOWER_CASE}`;

const tools: Decoder<unknown[]> = (value, path) => {
  if (Array.isArray(value)) return value;
  throw mismatch(value, path, "api.Tools");
};

const FIELDS = {
  model: text,
  messages: listOf(message, "[]api.Message"),
  stream: bool,
  format: anything,
  keep_alive: keepAlive,
  tools,
  tool_choice: anything,
  options: record,
  think,
  truncate: bool,
  shift: bool,
  logprobs: bool,
  top_logprobs: integer,
  _debug_render_only: bool,
};

type Body = Decoded<typeof FIELDS>;

/** `POST /api/chat`: answers a conversation; without messages it loads or unloads the model. */
export function chatRoute(context: EngineContext): Handler {
  return async (exchange) => {
    const clock = new RequestClock();
    const body = decodeBody(await exchange.readText(), "ChatRequest", FIELDS);
    clock.traceBy(new EngineTrace(exchange, "chat", body.model));
    if (body.model === undefined || body.model === "") throw new ApiError(400, "model is required");
    const model = await findModel(context, body.model);
    const topLogprobs = logprobCount(body);
    const messages = body.messages ?? [];
    if (messages.length === 0 && body.keep_alive === 0) {
      context.scheduler.expire(model);
      exchange.sendJson(200, emptyAnswer(body, "unload"));
      return;
    }
    const choice = readToolChoice(body.tool_choice, body.tools ?? []);
    const tools = choice.type === "none" ? undefined : body.tools;
    checkCapabilities(model, body);
    warnOfOptions(body.options ?? {}, isKnownOption, context.warn);
    const options = readModelOptions(model.parameters, body.options ?? {});
    const plan = loadPlan(model, options, context.settings.contextLength);
    const lease = await context.scheduler.acquire({ model, plan, keepAliveMs: body.keep_alive }, exchange.gone);
    try {
      clock.loaded();
      if (messages.length === 0) {
        exchange.sendJson(200, emptyAnswer(body, "load"));
        return;
      }
      const template = context.templates.forChat(model);
      const thinking = body.think ?? (canDo(model, "thinking") ? true : undefined);
      const input = {
        messages: withoutEarlierThoughts(model, conversation(model, messages)),
        ...(tools !== undefined && { tools }),
        ...(thinking !== undefined && { think: thinking }),
      };
      const prompt = await renderChat(lease.process, template, input, {
        truncate: body.truncate !== false,
        signal: exchange.gone,
      });
      if (body._debug_render_only === true) {
        exchange.sendJson(200, {
          ...line(body, answerMessage({})),
          done: false,
          _debug_info: { rendered_template: prompt },
        });
        return;
      }
      const answer = new ChatAnswer(exchange, body, clock, template);
      await answer.run(async (signal) => {
        checkRunnerOptions(options);
        const parsing = {
          model,
          prompt,
          think: thinking !== undefined && thinking !== false,
          // A call that is made by a grammar is in no family's own way.
          tools: choice.type === "call" ? [] : (tools ?? []),
        };
        const thought = thoughtOf(parsing);
        const format: OutputFormat | undefined =
          choice.type === "call" ? { type: "schema", schema: callSchema(choice.tools) } : readFormat(body.format);
        const grammar = await outputGrammar(context, { format, thought, signal });
        refuseImages(messages, template);
        const request = {
          prompt,
          sampling: samplingOptions(options),
          numPredict: tokenLimit(options, plan),
          numKeep: options.numKeep,
          stop: options.stop,
          // A server that renders by Jinja itself cuts nothing within a message.
          truncate: body.truncate !== false && template.kind !== "jinja",
          shift: body.shift !== false,
          // What keeps to a grammar comes to an end by itself.
          ...(template.kind === "go" && grammar === undefined && { repeatLimit: REPEAT_LIMIT }),
          ...(topLogprobs !== undefined && { topLogprobs }),
        };
        const ending = {
          grammar,
          ownLimit: options.numPredict > 0,
          ownStops: body.options?.stop !== undefined,
          thoughtEnd: thought?.close,
        };
        const events = generateAnswer(lease.process, request, ending, signal);
        const parser = createOutputParser(parsing);
        const calls = choice.type === "call" ? new PipedParser(parser, new RequiredCallParser()) : parser;
        return runGeneration(events, calls, signal);
      });
    } finally {
      lease.release();
    }
  };
}

function checkCapabilities(model: LocalModel, body: Body): void {
  const asked = body.model ?? "";
  requireCapability(model, asked, "completion", "chat");
  if ((body.tools ?? []).length > 0) requireCapability(model, asked, "tools", "tools");
  if (body.think !== undefined && body.think !== false) requireCapability(model, asked, "thinking", "thinking");
}

function conversation(model: LocalModel, messages: WireMessage[]): TemplateMessage[] {
  const all: TemplateMessage[] = [...model.messages, ...messages];
  const hasSystem = all[0]?.role === "system";
  return model.system === undefined || model.system === "" || hasSystem
    ? all
    : [{ role: "system", content: model.system }, ...all];
}

function refuseImages(messages: WireMessage[], template: ChatTemplate): void {
  if (messages.every(({ images }) => images.length === 0)) return;
  if (template.kind === "go") {
    throw runnerError("Multimodal data provided, but model does not support multimodal requests.");
  }
  const hint = "hint: if this is unexpected, you may need to provide the mmproj";
  throw runnerError(`image input is not supported - ${hint}`, 500, "server_error");
}

function line(body: Body, answer: Record<string, unknown>): Record<string, unknown> {
  return { model: body.model, created_at: timestamp(), message: answer };
}

function emptyAnswer(body: Body, reason: "load" | "unload"): Record<string, unknown> {
  return { ...line(body, answerMessage({})), done: true, done_reason: reason };
}

function answerMessage(parts: { content?: string; thinking?: string; toolCalls?: unknown[] }): Record<string, unknown> {
  const { content = "", thinking = "", toolCalls = [] } = parts;
  return {
    role: "assistant",
    content,
    ...(thinking !== "" && { thinking }),
    ...(toolCalls.length > 0 && { tool_calls: toolCalls }),
  };
}

/** Sends what a generation says, streamed or at once. */
class ChatAnswer {
  readonly #exchange: Exchange;
  readonly #body: Body;
  readonly #clock: RequestClock;
  readonly #template: ChatTemplate;
  #callCount = 0;

  constructor(exchange: Exchange, body: Body, clock: RequestClock, template: ChatTemplate) {
    this.#exchange = exchange;
    this.#body = body;
    this.#clock = clock;
    this.#template = template;
  }

  async run(start: (signal: AbortSignal) => Promise<AsyncGenerator<GenerationPiece, GenerationResult>>): Promise<void> {
    if (this.#body.stream === false) return this.#whole(await start(this.#exchange.gone));
    const stream = this.#exchange.openStream();
    try {
      await this.#streamed(stream, await start(this.#exchange.gone));
    } catch (error) {
      this.#exchange.gone.throwIfAborted();
      stream.fail(toApiError(error));
    }
  }

  async #streamed(stream: LineStream, pieces: AsyncGenerator<GenerationPiece, GenerationResult>): Promise<void> {
    const held: unknown[] = [];
    let step = await pieces.next();
    for (; step.done !== true; step = await pieces.next()) {
      this.#clock.piece();
      const { content, thinking, logprobs } = step.value;
      const calls = step.value.toolCalls.map((call) => this.#wireCall(call));
      // With a Go template a call is a line of its own; otherwise it comes with the done line.
      const toolCalls = this.#template.kind === "go" ? calls : [];
      if (this.#template.kind !== "go") held.push(...calls);
      if (content === "" && thinking === "" && toolCalls.length === 0 && logprobs === undefined) continue;
      await stream.write({
        ...line(this.#body, answerMessage({ content, thinking, toolCalls })),
        done: false,
        ...(logprobs !== undefined && { logprobs }),
      });
    }
    if (step.value.reason !== "repeat") {
      await stream.write({
        ...line(this.#body, answerMessage({ toolCalls: held })),
        ...this.#ending(step.value),
        ...this.#clock.metrics(step.value),
      });
    }
    stream.end();
  }

  async #whole(pieces: AsyncGenerator<GenerationPiece, GenerationResult>): Promise<void> {
    let content = "";
    let thinking = "";
    const toolCalls: unknown[] = [];
    const logprobs: WireLogprob[] = [];
    let step = await pieces.next();
    for (; step.done !== true; step = await pieces.next()) {
      this.#clock.piece();
      content += step.value.content;
      thinking += step.value.thinking;
      toolCalls.push(...step.value.toolCalls.map((call) => this.#wireCall(call)));
      logprobs.push(...(step.value.logprobs ?? []));
    }
    const isDone = step.value.reason !== "repeat";
    this.#exchange.sendJson(200, {
      ...line(this.#body, answerMessage({ content, thinking, toolCalls })),
      ...this.#ending(step.value),
      ...(logprobs.length > 0 && { logprobs }),
      ...(isDone && this.#clock.metrics(step.value)),
    });
  }

  #ending({ reason }: GenerationResult): Record<string, unknown> {
    return reason === "repeat" ? { done: false } : { done: true, done_reason: reason };
  }

  #wireCall(call: ParsedToolCall): unknown {
    const id = this.#template.kind === "go" ? `call_${randomText(LOWER_CASE, 8)}` : randomText(ANY_CASE, 32);
    return { id, function: { index: this.#callCount++, name: call.name, arguments: call.arguments } };
  }
}

function randomText(alphabet: string, length: number): string {
  return Array.from({ length }, () => alphabet[randomInt(alphabet.length)] ?? "").join("");
}
