import { EngineTrace } from "../diagnostics/engine-trace.js";
import type { EngineContext } from "../engine-context/engine-context.js";
import { findModel } from "../engine-context/find-model.js";
import { toApiError } from "../generation/inference-failure.js";
import { leaseModel } from "../generation/lease-model.js";
import { ApiError } from "../http/api-error.js";
import type { Exchange } from "../http/exchange.js";
import type { Handler } from "../http/router.js";
import { shortestFloat32 } from "../json/go-json.js";
import { anything, bool, decodeBody, integer, listOf, record, text } from "../wire/decode-body.js";
import { keepAlive } from "../wire/decode-special.js";
import { RequestClock } from "./generation-times.js";

const EMBED_FIELDS = {
  model: text,
  input: anything,
  keep_alive: keepAlive,
  truncate: bool,
  dimensions: integer,
  options: record,
};
const RERANK_FIELDS = {
  model: text,
  query: text,
  documents: listOf(text, "[]string"),
  top_n: integer,
  return_documents: bool,
  truncate: bool,
  keep_alive: keepAlive,
  options: record,
};
const LEGACY_FIELDS = { model: text, prompt: text, keep_alive: keepAlive, options: record };

/** `POST /api/embed`: a vector for each input. */
export function embedRoute(context: EngineContext): Handler {
  return async (exchange) => {
    const clock = new RequestClock();
    const body = decodeBody(await exchange.readText(), "EmbedRequest", EMBED_FIELDS);
    const trace = new EngineTrace(exchange, "embed", body.model);
    const input = readInput(body.input);
    const { vectors, promptCount } = await embed(context, exchange, clock, body, input, body.truncate !== false);
    trace.embedded(promptCount);
    exchange.sendJson(200, {
      model: body.model,
      embeddings: vectors.map((vector) => normalise(cut(vector, body.dimensions)).map(shortestFloat32)),
      ...(input.length > 0 && {
        total_duration: clock.totalNs,
        load_duration: clock.loadNs,
        prompt_eval_count: promptCount,
      }),
    });
  };
}

/** `POST /api/embeddings`: the older form, with one prompt. */
export function embeddingsRoute(context: EngineContext): Handler {
  return async (exchange) => {
    const body = decodeBody(await exchange.readText(), "EmbeddingRequest", LEGACY_FIELDS);
    if (body.model === undefined || body.model === "") throw new ApiError(400, "model is required");
    const input = body.prompt === undefined || body.prompt === "" ? [] : [body.prompt];
    const { vectors } = await embed(context, exchange, new RequestClock(), body, input, false).catch((error) => {
      // The older route makes a 500 of what is a 400 or a 501 elsewhere.
      const isOwn = error instanceof ApiError && (error.status === 400 || error.status === 501);
      if (isOwn && error.message !== "invalid model name") {
        throw new ApiError(500, error.message, { cause: error });
      }
      throw error;
    });
    exchange.sendJson(200, { embedding: vectors[0] === undefined ? [] : normalise(vectors[0]).map(Math.fround) });
  };
}

/**
 * `POST /api/rerank`, ours: documents by how near they are to a query, the nearest first, by the cosine of their embeddings.
 */
export function rerankRoute(context: EngineContext): Handler {
  return async (exchange) => {
    const clock = new RequestClock();
    const body = decodeBody(await exchange.readText(), "RerankRequest", RERANK_FIELDS);
    const { query, documents, top_n: most } = body;
    if (!query) throw new ApiError(400, "query is required");
    if (documents === undefined || documents.length === 0) throw new ApiError(400, "documents is required");
    const input = [query, ...documents];
    const { vectors, promptCount } = await embed(context, exchange, clock, body, input, body.truncate !== false);
    const [asked = [], ...others] = vectors.map(normalise);
    const scored = others.map((vector, index) => ({
      index,
      relevance_score: vector.reduce((sum, value, at) => sum + value * (asked[at] ?? 0), 0),
      ...(body.return_documents === true && { document: documents[index] }),
    }));
    const results = scored.sort((a, b) => b.relevance_score - a.relevance_score).slice(0, most ?? scored.length);
    exchange.sendJson(200, { model: body.model, results, prompt_eval_count: promptCount });
  };
}

async function embed(
  context: EngineContext,
  exchange: Exchange,
  clock: RequestClock,
  body: { model?: string; keep_alive?: number; options?: Record<string, unknown> },
  input: string[],
  truncate: boolean,
): Promise<{ vectors: number[][]; promptCount: number }> {
  const asked = body.model ?? "";
  const model = await findModel(context, asked, (name) =>
    name === "" ? "model '' not found" : `model ${JSON.stringify(name)} not found, try pulling it first`,
  );
  const { lease } = await leaseModel(context, { model, body, signal: exchange.gone });
  try {
    clock.loaded();
    if (input.length === 0) return { vectors: [], promptCount: 0 };
    if (!model.facts.embedding) {
      throw new ApiError(501, "This server does not support embeddings. Start it with `--embeddings`");
    }
    return await lease.process.embed(input, { truncate }, exchange.gone).catch((error) => {
      exchange.gone.throwIfAborted();
      throw embedFailure(error);
    });
  } finally {
    lease.release();
  }
}

function embedFailure(error: unknown): ApiError {
  const failure = toApiError(error);
  const isTooLong = failure.message.includes("exceed_context_size_error");
  return isTooLong ? new ApiError(400, "the input length exceeds the context length", { cause: error }) : failure;
}

function readInput(input: unknown): string[] {
  if (input === undefined || input === "") return [];
  if (typeof input === "string") return [input];
  if (Array.isArray(input) && input.every((item) => typeof item === "string")) return input;
  throw new ApiError(400, "invalid input type");
}

function cut(vector: number[], dimensions: number | undefined): number[] {
  return dimensions !== undefined && dimensions > 0 ? vector.slice(0, dimensions) : vector;
}

function normalise(vector: number[]): number[] {
  const length = Math.hypot(...vector);
  return length === 0 ? vector : vector.map((value) => value / length);
}
