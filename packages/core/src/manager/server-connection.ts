import { OllamaError, parseOllamaHost } from "@codo/ollama-contract";
import type { OllamaClientOptions } from "../client/client-options.js";
import { OllamaClient } from "../client/ollama-client.js";
import type { OllamaServer } from "../server/ollama-server.js";
import type { ManagerClient } from "./manager-client.js";

/** Gives clients to a server that is found or started when one is needed, and again when it went away. */
export class ServerConnection {
  readonly #server: OllamaServer;
  readonly #mayStart: boolean;
  readonly #clientOptions: OllamaClientOptions;
  #client: ManagerClient | undefined;
  #url: string | undefined;

  constructor(server: OllamaServer, mayStart: boolean, clientOptions: OllamaClientOptions) {
    this.#server = server;
    this.#mayStart = mayStart && server.canStart;
    this.#clientOptions = clientOptions;
  }

  /** A client to a server that answers. @throws OllamaError `SERVER_UNAVAILABLE` */
  async client(): Promise<ManagerClient> {
    // Where nothing else can be done than to send there, looking first would only cost time.
    if (this.#server.isNamed && !this.#mayStart) return this.#clientTo(parseOllamaHost(this.#server.host).url);
    const { url } = await this.#server.ensure({ start: this.#mayStart });
    return this.#clientTo(url);
  }

  /** A client to a server that was started again, when a request reached nobody because the server is gone. */
  async recover(error: unknown): Promise<ManagerClient | undefined> {
    if (!this.#mayStart || !OllamaError.is(error)) return undefined;
    if (error.code !== "SERVER_UNAVAILABLE" && error.code !== "CONNECTION_LOST") return undefined;
    if (this.#url === undefined) return undefined;
    await this.#server.lost(this.#url);
    return this.#server.current === undefined ? await this.client() : undefined;
  }

  #clientTo(url: string): ManagerClient {
    if (this.#client === undefined || this.#url !== url) {
      const named = this.#server.host;
      // The host as it was named carries the credentials, if there are any.
      const host = parseOllamaHost(named).url === url ? named : url;
      this.#client = new OllamaClient({ ...this.#clientOptions, host });
      this.#url = url;
    }
    return this.#client;
  }
}
