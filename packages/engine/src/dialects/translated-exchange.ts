import { once } from "node:events";
import { ApiError } from "../http/api-error.js";
import { Exchange } from "../http/exchange.js";
import type { LineStream } from "../http/ndjson-stream.js";
import type { Handler } from "../http/router.js";
import { encodeJson } from "../json/go-json.js";

/** A value of Ollama's own wire. */
export type Native = Record<string, unknown>;

/** How another API's requests are answered by one of Ollama's own routes. */
export interface Translation {
  /** The body of the request in Ollama's own form. */
  request: Native;
  /** A whole answer in the other API's form. */
  whole(answer: Native): unknown;
  /** One line of a stream as server-sent events, as text; empty where the line says nothing there. */
  events(line: Native): string;
  /** An error in the middle of a stream, as text of events. */
  failure(error: ApiError): string;
  /** Headers of a stream, beside its type. */
  streamHeaders?: Record<string, string>;
}

/** Another API, as far as all of its routes are alike. */
export interface Dialect {
  /** The body of an error. */
  errorBody(status: number, message: string): unknown;
}

/** Answers requests of another API by a route of Ollama's own: one set of limits, checks and schedules serves both. */
export function translated(
  dialect: Dialect,
  handler: Handler,
  read: (exchange: Exchange, body: string) => Translation,
): Handler {
  return async (exchange) => {
    let translation: Translation;
    try {
      translation = read(exchange, exchange.request.method === "GET" ? "" : await exchange.readText());
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      // Found before the route of Ollama's own: the real server says so by another content type.
      exchange.sendJson(error.status, dialect.errorBody(error.status, error.message));
      return;
    }
    const inner = new TranslatedExchange(exchange, dialect, translation);
    try {
      await handler(inner);
    } catch (error) {
      if (!(error instanceof ApiError) || inner.response.headersSent) throw error;
      inner.sendError(error);
    }
  };
}

class TranslatedExchange extends Exchange {
  readonly #dialect: Dialect;
  readonly #translation: Translation;

  constructor(outer: Exchange, dialect: Dialect, translation: Translation) {
    super(outer.request, outer.response, outer.parameters);
    this.#dialect = dialect;
    this.#translation = translation;
  }

  override readText(): Promise<string> {
    return Promise.resolve(JSON.stringify(this.#translation.request));
  }

  override sendJson(status: number, value: unknown): void {
    const body = status < 400 ? this.#translation.whole(value as Native) : value;
    this.send(status, "application/json", `${encodeJson(body)}\n`);
  }

  override sendError(error: ApiError): void {
    this.sendJson(error.status, this.#dialect.errorBody(error.status, error.message));
  }

  override openStream(): LineStream {
    return new EventStream(this, this.#translation);
  }
}

/** Lines as server-sent events; the head goes out with the first, so that an error before it has its own status. */
class EventStream implements LineStream {
  readonly #exchange: Exchange;
  readonly #translation: Translation;
  #begun = false;

  constructor(exchange: Exchange, translation: Translation) {
    this.#exchange = exchange;
    this.#translation = translation;
  }

  async write(value: unknown): Promise<void> {
    const { response, gone } = this.#exchange;
    const text = this.#translation.events(value as Native);
    if (gone.aborted || text === "") return;
    this.#begin();
    if (!response.write(text)) await once(response, "drain", { signal: gone }).catch(() => {});
  }

  end(): void {
    this.#begin();
    this.#exchange.response.end();
  }

  fail(error: ApiError): void {
    if (this.#begun) this.#exchange.response.end(this.#translation.failure(error));
    else this.#exchange.sendError(error);
  }

  #begin(): void {
    if (this.#begun) return;
    this.#begun = true;
    const { response } = this.#exchange;
    for (const [name, value] of Object.entries(this.#translation.streamHeaders ?? {})) response.setHeader(name, value);
    response.setHeader("Content-Type", "text/event-stream");
    response.writeHead(200);
  }
}
