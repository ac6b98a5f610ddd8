import { once } from "node:events";
import { encodeJson } from "../json/go-json.js";
import type { ApiError } from "./api-error.js";
import type { Exchange } from "./exchange.js";

/** An answer that is sent line by line. */
export interface LineStream {
  /** Writes a line; resolves when the client can take more. */
  write(value: unknown): Promise<void>;
  end(): void;
  /** Ends with an error. */
  fail(error: ApiError): void;
}

/** A streamed answer: the head goes out with the first line, so that an error before it still has its own status. */
export class NdjsonStream implements LineStream {
  readonly #exchange: Exchange;
  #begun = false;

  constructor(exchange: Exchange) {
    this.#exchange = exchange;
  }

  /** Writes a line; resolves when the client can take more. */
  async write(value: unknown): Promise<void> {
    const { response, gone } = this.#exchange;
    if (gone.aborted) return;
    if (!this.#begun) this.#begin(200, "application/x-ndjson");
    if (!response.write(`${encodeJson(value)}\n`)) await once(response, "drain", { signal: gone }).catch(() => {});
  }

  end(): void {
    if (!this.#begun) this.#begin(200, "application/x-ndjson");
    this.#exchange.response.end();
  }

  /** Ends with an error: a line of its own once lines have been sent, else a status. */
  fail(error: ApiError): void {
    const isLine = this.#begun;
    if (!isLine) this.#begin(error.status, "application/json");
    this.#exchange.response.end(encodeJson({ error: error.message }) + (isLine ? "\n" : ""));
  }

  #begin(status: number, contentType: string): void {
    this.#begun = true;
    const { response } = this.#exchange;
    response.setHeader("Content-Type", contentType);
    response.writeHead(status);
  }
}
