import { OllamaClient } from "../client/fetch-client.js";
import { fromConfig } from "./config.js";
import { defaultInstance } from "./default-instance.js";
import type { PromisingMethods } from "./promised-answers.js";
import type { Config } from "./types.js";

class OfficialClient extends OllamaClient {
  constructor(config?: Partial<Config>) {
    super(fromConfig(config));
  }
}

/** {@link OllamaClient} under the official client's name, set up and typed as the official one is. */
export type Ollama = PromisingMethods & OllamaClient;

/**
 * Makes an {@link OllamaClient} as the official client is made.
 */
// The types promise more than the wire keeps, as the official ones do: hence the cast.
export const Ollama: new (config?: Partial<Config>) => Ollama = OfficialClient as never;

/** An {@link Ollama} at `OLLAMA_HOST`, where there is an environment. */
export const ollama: Ollama = /* @__PURE__ */ defaultInstance(() => new Ollama());
