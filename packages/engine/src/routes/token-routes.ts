import type { EngineContext } from "../engine-context/engine-context.js";
import { findModel } from "../engine-context/find-model.js";
import { toApiError } from "../generation/inference-failure.js";
import { leaseModel } from "../generation/lease-model.js";
import { ApiError } from "../http/api-error.js";
import type { Exchange } from "../http/exchange.js";
import type { Handler } from "../http/router.js";
import type { InferenceProcess } from "../inference/inference-contract.js";
import { bool, decodeBody, integer, listOf, record, text } from "../wire/decode-body.js";
import { keepAlive } from "../wire/decode-special.js";

const SHARED = { model: text, keep_alive: keepAlive, options: record };
const TOKENIZE_FIELDS = { ...SHARED, content: text, add_special: bool };
const DETOKENIZE_FIELDS = { ...SHARED, tokens: listOf(integer, "[]int") };

/** `POST /api/tokenize`, ours: the token ids of `content`; with `add_special` also the one that begins a text. */
export function tokenizeRoute(context: EngineContext): Handler {
  return async (exchange) => {
    const body = decodeBody(await exchange.readText(), "TokenizeRequest", TOKENIZE_FIELDS);
    const { content } = body;
    if (content === undefined) throw new ApiError(400, "content is required");
    const options = { addBos: body.add_special === true };
    const tokens = await withModel(context, exchange, body, (process) => process.tokenize(content, options));
    exchange.sendJson(200, { model: body.model, tokens });
  };
}

/** `POST /api/detokenize`, ours: the text of `tokens`. */
export function detokenizeRoute(context: EngineContext): Handler {
  return async (exchange) => {
    const body = decodeBody(await exchange.readText(), "DetokenizeRequest", DETOKENIZE_FIELDS);
    const { tokens } = body;
    if (tokens === undefined) throw new ApiError(400, "tokens is required");
    const content = await withModel(context, exchange, body, (process) => process.detokenize(tokens));
    exchange.sendJson(200, { model: body.model, content });
  };
}

async function withModel<T>(
  context: EngineContext,
  exchange: Exchange,
  body: { model?: string; keep_alive?: number; options?: Record<string, unknown> },
  run: (process: InferenceProcess) => Promise<T>,
): Promise<T> {
  if (!body.model) throw new ApiError(400, "model is required");
  const model = await findModel(context, body.model);
  const { lease } = await leaseModel(context, { model, body, signal: exchange.gone });
  try {
    return await run(lease.process).catch((error) => Promise.reject(toApiError(error)));
  } finally {
    lease.release();
  }
}
