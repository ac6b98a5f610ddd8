import { randomInt } from "node:crypto";
import { EngineTrace } from "../diagnostics/engine-trace.js";
import type { EngineContext } from "../engine-context/engine-context.js";
import { findModel, requireCapability } from "../engine-context/find-model.js";
import { renderChat } from "../generation/chat-prompt.js";
import { generateAnswer } from "../generation/generate-to-the-end.js";
import { logprobCount, samplingOptions, tokenLimit } from "../generation/generation-plan.js";
import { leaseModel } from "../generation/lease-model.js";
import { checkRunnerOptions } from "../generation/model-options.js";
import { type OutputFormat, readFormat } from "../generation/output-format.js";
import { outputGrammar } from "../generation/output-grammar.js";
import { createOutputParser, thoughtOf } from "../generation/output-parsing.js";
import { checkMedia, tagImages } from "../generation/request-media.js";
import { runGeneration } from "../generation/run-generation.js";
import { callSchema, readToolChoice } from "../generation/tool-choice.js";
import { ApiError, runnerError } from "../http/api-error.js";
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
import { type AnswerForm, sendAnswer } from "./send-answer.js";

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
    const { lease, options, plan } = await leaseModel(context, { model, body, signal: exchange.gone });
    try {
      clock.loaded();
      if (messages.length === 0) {
        exchange.sendJson(200, emptyAnswer(body, "load"));
        return;
      }
      const template = context.templates.forChat(model);
      const thinking = body.think ?? (canDo(model, "thinking") ? true : undefined);
      const { messages: tagged, media } = lease.process.info.takesMedia
        ? tagImages(messages)
        : { messages, media: messages.flatMap(({ images }) => images) };
      const input = {
        messages: withoutEarlierThoughts(model, conversation(model, tagged)),
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
      const form = chatForm(body, clock, template);
      await sendAnswer({ exchange, stream: body.stream !== false, clock, form }, async (signal) => {
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
        checkMedia({ model, process: lease.process, media }, () => noImages(template));
        const request = {
          prompt,
          ...(media.length > 0 && { media }),
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

function noImages({ kind }: ChatTemplate): ApiError {
  if (kind === "go") return runnerError("Multimodal data provided, but model does not support multimodal requests.");
  const hint = "hint: if this is unexpected, you may need to provide the mmproj";
  return runnerError(`image input is not supported - ${hint}`, 500, "server_error");
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

/** An answer as `/api/chat` spells it. */
function chatForm(body: Body, clock: RequestClock, template: ChatTemplate): AnswerForm {
  const isGo = template.kind === "go";
  const held: unknown[] = [];
  let callCount = 0;
  const wireCall = (call: ParsedToolCall): unknown => {
    const id = isGo ? `call_${randomText(LOWER_CASE, 8)}` : randomText(ANY_CASE, 32);
    return { id, function: { index: callCount++, name: call.name, arguments: call.arguments } };
  };
  return {
    piece({ content, thinking, logprobs, toolCalls }) {
      const calls = toolCalls.map(wireCall);
      // With a Go template a call is a line of its own; otherwise it comes with the done line.
      if (!isGo) held.push(...calls.splice(0));
      if (content === "" && thinking === "" && calls.length === 0 && logprobs === undefined) return undefined;
      return line(body, answerMessage({ content, thinking, toolCalls: calls }));
    },
    last: () => line(body, answerMessage({ toolCalls: held })),
    whole: ({ toolCalls, ...said }) => line(body, answerMessage({ ...said, toolCalls: toolCalls.map(wireCall) })),
    ending: (result, logprobs) => ({
      done: true,
      done_reason: result.reason,
      ...(logprobs.length > 0 && { logprobs }),
      ...clock.metrics(result),
    }),
  };
}

function randomText(alphabet: string, length: number): string {
  return Array.from({ length }, () => alphabet[randomInt(alphabet.length)] ?? "").join("");
}
