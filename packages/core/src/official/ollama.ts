import { OllamaClient } from "../client/ollama-client.js";
import { fromConfig } from "./config.js";
import { defaultInstance } from "./default-instance.js";
import type { Config } from "./types.js";

/** {@link OllamaClient} under the official client's name, set up as the official one is. */
export class Ollama extends OllamaClient {
  constructor(config?: Partial<Config>) {
    super(fromConfig(config));
  }
}

/** An {@link Ollama} at `OLLAMA_HOST`. */
export const ollama: Ollama = /* @__PURE__ */ defaultInstance(() => new Ollama());
