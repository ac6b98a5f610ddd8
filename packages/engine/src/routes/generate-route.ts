import { EngineTrace } from "../diagnostics/engine-trace.js";
import type { EngineContext } from "../engine-context/engine-context.js";
import { findModel, requireCapability } from "../engine-context/find-model.js";
import { generateAnswer } from "../generation/generate-to-the-end.js";
import { logprobCount, samplingOptions, tokenLimit } from "../generation/generation-plan.js";
import { toApiError } from "../generation/inference-failure.js";
import { leaseModel } from "../generation/lease-model.js";
import { checkRunnerOptions } from "../generation/model-options.js";
import { readFormat } from "../generation/output-format.js";
import { outputGrammar } from "../generation/output-grammar.js";
import { createOutputParser } from "../generation/output-parsing.js";
import { checkMedia, withTags } from "../generation/request-media.js";
import { runGeneration } from "../generation/run-generation.js";
import { ApiError, runnerError } from "../http/api-error.js";
import type { Handler } from "../http/router.js";
import type { InferenceProcess } from "../inference/inference-contract.js";
import { mediaTag } from "../inference/media-tag.js";
import { canDo } from "../models/capabilities.js";
import type { LocalModel } from "../store/local-model.js";
import type { ChatTemplate } from "../templates/chat-template.js";
import { anything, bool, type Decoded, decodeBody, integer, listOf, record, text } from "../wire/decode-body.js";
import { images, keepAlive, think } from "../wire/decode-special.js";
import { timestamp } from "../wire/timestamp.js";
import { RequestClock } from "./generation-times.js";
import { type AnswerForm, sendAnswer } from "./send-answer.js";

const REPEAT_LIMIT = 30;

const FIELDS = {
  model: text,
  prompt: text,
  suffix: text,
  system: text,
  template: text,
  context: listOf(integer, "[]int"),
  stream: bool,
  raw: bool,
  format: anything,
  keep_alive: keepAlive,
  images,
  options: record,
  think,
  truncate: bool,
  shift: bool,
  logprobs: bool,
  top_logprobs: integer,
  _debug_render_only: bool,
};

type Body = Decoded<typeof FIELDS>;

/** `POST /api/generate`: continues a prompt; without one it loads or unloads the model. */
export function generateRoute(context: EngineContext): Handler {
  return async (exchange) => {
    const clock = new RequestClock();
    const body = decodeBody(await exchange.readText(), "GenerateRequest", FIELDS);
    clock.traceBy(new EngineTrace(exchange, "generate", body.model));
    const model = await findModel(context, body.model ?? "");
    const topLogprobs = logprobCount(body);
    if (isEmpty(body) && body.keep_alive === 0) {
      context.scheduler.expire(model);
      exchange.sendJson(200, emptyAnswer(body, "unload"));
      return;
    }
    const template = chooseTemplate(context, model, body);
    const { lease, options, plan } = await leaseModel(context, { model, body, signal: exchange.gone });
    try {
      clock.loaded();
      if (isEmpty(body)) {
        exchange.sendJson(200, emptyAnswer(body, "load"));
        return;
      }
      const prompt = await buildPrompt(lease.process, model, template, body);
      if (body._debug_render_only === true) {
        exchange.sendJson(200, { ...line(body, ""), done: false, _debug_info: { rendered_template: prompt } });
        return;
      }
      const form = generateForm(body, clock, (answer) => tokensOf(lease.process, prompt + answer));
      await sendAnswer({ exchange, stream: body.stream !== false, clock, form }, async (signal) => {
        checkRunnerOptions(options);
        // The answer keeps to a format from its first token on: here a thought does not come before it.
        const grammar = await outputGrammar(context, { format: readFormat(body.format), signal });
        const think = grammar === undefined && splitsThoughts(model) ? wantsThinking(model, body) : false;
        const parsing = {
          model,
          prompt,
          think: think !== undefined && think !== false,
          tools: [],
          isSinglePrompt: true,
        };
        const media = body.images ?? [];
        checkMedia({ model, process: lease.process, media }, noImages);
        const request = {
          prompt,
          ...(media.length > 0 && { media }),
          sampling: samplingOptions(options),
          numPredict: tokenLimit(options, plan),
          numKeep: options.numKeep,
          stop: options.stop,
          truncate: body.truncate !== false,
          shift: body.shift !== false,
          // What keeps to a grammar comes to an end by itself.
          ...(grammar === undefined && { repeatLimit: REPEAT_LIMIT }),
          ...(topLogprobs !== undefined && { topLogprobs }),
        };
        const ending = { grammar, ownLimit: options.numPredict > 0, ownStops: body.options?.stop !== undefined };
        const events = generateAnswer(lease.process, request, ending, signal);
        return runGeneration(events, createOutputParser(parsing), signal);
      });
    } finally {
      lease.release();
    }
  };
}

function isEmpty({ prompt }: Body): boolean {
  return prompt === undefined || prompt === "";
}

function chooseTemplate(context: EngineContext, model: LocalModel, body: Body): ChatTemplate | undefined {
  const isSet = (value: string | undefined): boolean => value !== undefined && value !== "";
  if (body.raw === true && (isSet(body.template) || isSet(body.system) || (body.context ?? []).length > 0)) {
    throw new ApiError(400, "raw mode does not support template, system, or context");
  }
  const asked = body.model ?? "";
  requireCapability(model, asked, "completion", "generate");
  if (isSet(body.suffix)) requireCapability(model, asked, "insert", "insert");
  if (body.think !== undefined && body.think !== false) requireCapability(model, asked, "thinking", "thinking");
  if (body.raw === true) return undefined;
  if (isSet(body.template)) return context.templates.forRequest(body.template ?? "", model);
  return context.templates.forGenerate(model);
}

function wantsThinking(model: LocalModel, body: Body): boolean | string | undefined {
  return canDo(model, "thinking") ? (body.think ?? true) : undefined;
}

/** A real server knows the tags of a thought from a Go template; with a Jinja one it leaves them in the text. */
function splitsThoughts(model: LocalModel): boolean {
  return model.template !== undefined;
}

async function buildPrompt(
  process: InferenceProcess,
  model: LocalModel,
  template: ChatTemplate | undefined,
  body: Body,
): Promise<string> {
  const prompt = process.info.takesMedia ? tagged(body) : (body.prompt ?? "");
  const earlier = body.context ?? [];
  const before =
    earlier.length > 0 ? await process.detokenize(earlier).catch((error) => Promise.reject(toApiError(error))) : "";
  if (template === undefined) return before + prompt;
  const system = body.system || model.system;
  const thinking = wantsThinking(model, body);
  return (
    before +
    template.render({
      messages: [
        ...(system === undefined || system === "" ? [] : [{ role: "system", content: system }]),
        ...(earlier.length > 0 ? [] : model.messages),
        { role: "user", content: prompt },
      ],
      ...(thinking !== undefined && { think: thinking }),
      ...(body.suffix !== undefined && body.suffix !== "" && { suffix: body.suffix }),
    })
  );
}

/** The prompt with its images; a raw one may have their tags already. */
function tagged({ prompt = "", images: attached = [], raw = false }: Body): string {
  const hasTags = raw && attached.some((_, number) => prompt.includes(mediaTag(number)));
  return hasTags ? prompt : withTags(prompt, attached.length);
}

function noImages(): ApiError {
  return runnerError("Multimodal data provided, but model does not support multimodal requests.");
}

function line(body: Body, response: string): Record<string, unknown> {
  return { model: body.model, created_at: timestamp(), response };
}

function emptyAnswer(body: Body, reason: "load" | "unload"): Record<string, unknown> {
  return { ...line(body, ""), done: true, done_reason: reason };
}

/** An answer as `/api/generate` spells it. */
function generateForm(body: Body, clock: RequestClock, contextAfter: (text: string) => Promise<number[]>): AnswerForm {
  const said = (content: string, thinking: string): Record<string, unknown> => ({
    ...line(body, content),
    ...(thinking !== "" && { thinking }),
  });
  return {
    piece: ({ content, thinking }) => said(content, thinking),
    last: () => line(body, ""),
    whole: ({ content, thinking }) => said(content, thinking),
    ending: async (result, logprobs) => ({
      done: true,
      done_reason: result.reason,
      ...(body.raw !== true && { context: await contextAfter(result.text) }),
      ...clock.metrics(result),
      ...(logprobs.length > 0 && { logprobs }),
    }),
  };
}

/** The tokens of prompt and answer as they stand there: without the ones of a stop string that was cut off. */
async function tokensOf(process: InferenceProcess, text: string): Promise<number[]> {
  try {
    return await process.tokenize(text, { addBos: true });
  } catch (error) {
    throw toApiError(error);
  }
}
