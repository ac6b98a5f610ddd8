import {
  OllamaClient,
  type OllamaClientOptions,
  OllamaManager,
  type OllamaManagerInit,
  OllamaServer,
  type OllamaServerInit,
  parseOllamaHost,
} from "@codo/ollama-core";

/** A server that is not looked for yet. */
export function openServer(init: OllamaServerInit): OllamaServer {
  return new OllamaServer(init);
}

/** What is odd about an address, such as a port that is none. */
export function hostWarnings(host: string): string[] {
  return parseOllamaHost(host).warnings;
}

/** A client. */
export function openClient(options: OllamaClientOptions): OllamaClient {
  return new OllamaClient(options);
}

/** A manager of models. */
export function openManager(init: OllamaManagerInit): OllamaManager {
  return new OllamaManager(init);
}
