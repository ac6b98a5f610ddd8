import { createLocalFiles } from "../create/local-files.js";
import { traceHeaders } from "../diagnostics/outgoing-headers.js";
import { createNodeTransport } from "../transport/node-transport.js";
import { BaseOllamaClient } from "./base-client.js";
import type { OllamaClientOptions } from "./client-options.js";

/** The client for Node: `BaseOllamaClient` over `node:http`, with pooled connections and unix sockets. */
export class OllamaClient extends BaseOllamaClient {
  constructor(options: OllamaClientOptions = {}) {
    super(options, {
      createTransport: createNodeTransport,
      headers: { "user-agent": `codo-ollama-core (Node ${process.version})` },
      localFiles: createLocalFiles,
      traceHeaders,
    });
  }
}
