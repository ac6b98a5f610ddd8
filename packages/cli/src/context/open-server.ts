import { OllamaManager, type OllamaManagerInit, OllamaServer, type OllamaServerInit } from "@codo/ollama-core";

/** A server that is not looked for yet. */
export function openServer(init: OllamaServerInit): OllamaServer {
  return new OllamaServer(init);
}

/** A manager of models. */
export function openManager(init: OllamaManagerInit): OllamaManager {
  return new OllamaManager(init);
}
