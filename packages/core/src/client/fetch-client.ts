import { createFetchTransport } from "../transport/fetch-transport.js";
import { BaseOllamaClient } from "./base-client.js";
import type { OllamaClientOptions } from "./client-options.js";

/** The client for browsers, Deno, Bun and edge runtimes: `BaseOllamaClient` over the platform's `fetch`. */
export class OllamaClient extends BaseOllamaClient {
  constructor(options: OllamaClientOptions = {}) {
    super(options, { createTransport: createFetchTransport(), headers: {} });
  }
}
