import { type CallOptions, OllamaError } from "@codo/ollama-contract";
import type { WebFetchRequest, WebFetchResponse, WebSearchRequest, WebSearchResponse } from "../wire/web-tools.js";
import type { OllamaClientOptions } from "./client-options.js";
import { type Platform, Requester } from "./requester.js";

/** Where web searches are answered. Source: docs.ollama.com, "Web search". */
const OLLAMA_COM = "https://ollama.com";

/** Web searches and pages by ollama.com; its requester is made with the first of them. */
export class WebService {
  readonly #make: () => Requester;
  #made: Requester | undefined;

  /** @param clientHost - the host that `options` were given for */
  constructor(options: OllamaClientOptions, clientHost: string, platform: Platform) {
    // A key belongs to the host that it was set for, and so may headers: only those for ollama.com go there.
    const { headers, apiKey, ...others } = options;
    const isSameHost = new URL(clientHost).origin === OLLAMA_COM;
    this.#make = () => new Requester({ ...(isSameHost ? options : others), host: OLLAMA_COM }, platform);
  }

  search({ query, maxResults }: WebSearchRequest, call: CallOptions | undefined): Promise<WebSearchResponse> {
    assertText("webSearch", "query", query);
    const json = { query, ...(maxResults === undefined ? {} : { max_results: maxResults }) };
    return this.#requester.json({ method: "POST", path: "/api/web_search", json, call });
  }

  fetch({ url }: WebFetchRequest, call: CallOptions | undefined): Promise<WebFetchResponse> {
    assertText("webFetch", "url", url);
    return this.#requester.json({ method: "POST", path: "/api/web_fetch", json: { url }, call });
  }

  abortAll(): void {
    this.#made?.abortAll();
  }

  get #requester(): Requester {
    this.#made ??= this.#make();
    return this.#made;
  }
}

function assertText(method: string, field: string, value: unknown): void {
  if (typeof value === "string" && value.trim() !== "") return;
  throw new OllamaError("INVALID_REQUEST", `${method} needs a text as "${field}".`, { details: { method, field } });
}
