import type { IncomingMessage, ServerResponse } from "node:http";
import { encodeJson } from "../json/go-json.js";
import { ApiError } from "./api-error.js";
import { type LineStream, NdjsonStream } from "./ndjson-stream.js";

/** The longest body that Go sends with its length; longer ones go in chunks. */
const LONGEST_MEASURED_BODY = 2048;
const JSON_TYPE = "application/json; charset=utf-8";
/** Images travel inside JSON, so that a request may be large; no honest one is larger than this. */
const LARGEST_JSON_BODY = 128 << 20;

/** One request and its answer. */
export class Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** What the route's pattern matched. */
  readonly parameters: Record<string, string>;
  readonly #gone = new AbortController();

  constructor(request: IncomingMessage, response: ServerResponse, parameters: Record<string, string> = {}) {
    this.request = request;
    this.response = response;
    this.parameters = parameters;
    response.once("close", () => {
      if (!response.writableFinished) this.#gone.abort();
    });
  }

  /** Fires when the client leaves before its answer is complete. */
  get gone(): AbortSignal {
    return this.#gone.signal;
  }

  /** The body as text. @throws ApiError (413) when it is too large */
  async readText(): Promise<string> {
    const chunks: Buffer[] = [];
    let size = 0;
    for await (const chunk of this.request as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > LARGEST_JSON_BODY) throw new ApiError(413, "http: request body too large");
      chunks.push(chunk);
    }
    return Buffer.concat(chunks).toString("utf8");
  }

  /** Answers with a JSON value. */
  sendJson(status: number, value: unknown, contentType: string = JSON_TYPE): void {
    this.send(status, contentType, encodeJson(value));
  }

  sendText(status: number, body: string, contentType = "text/plain"): void {
    this.send(status, contentType, body);
  }

  /** Answers without a body. */
  sendEmpty(status: number): void {
    if (status !== 204) this.response.setHeader("Content-Length", 0);
    this.response.writeHead(status).end();
  }

  /** Answers a HEAD request that found what it asked for: without type and length. */
  sendHead(status: number): void {
    this.response.writeHead(status).end();
  }

  /** An answer of many lines. */
  openStream(): LineStream {
    return new NdjsonStream(this);
  }

  sendError(error: ApiError): void {
    this.sendJson(error.status, { error: error.message });
  }

  protected send(status: number, contentType: string, body: string): void {
    const bytes = Buffer.from(body);
    this.response.setHeader("Content-Type", contentType);
    if (bytes.length <= LONGEST_MEASURED_BODY || this.request.method === "HEAD") {
      this.response.setHeader("Content-Length", bytes.length);
    }
    this.response.writeHead(status).end(this.request.method === "HEAD" ? undefined : bytes);
  }
}
