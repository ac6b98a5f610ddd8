import { OllamaError } from "@codo/ollama-contract";

/** The requests for the models themselves, as Ollama spells them; `OllamaClient` has them. */
export interface ModelClient {
  show(request: { model: string }): PromiseLike<Record<string, unknown> & { capabilities?: string[] }>;
  copy(request: { source: string; destination: string }): PromiseLike<unknown>;
  delete(request: { model: string }): PromiseLike<unknown>;
  generate(request: { model: string; stream: false; keep_alive?: number }): PromiseLike<unknown>;
  embed(request: { model: string; input: string[] }): PromiseLike<unknown>;
}

/** A manager's client, where it is a whole one. @throws OllamaError `INVALID_REQUEST` */
export function asModelClient(client: object): ModelClient {
  for (const name of ["show", "copy", "delete", "generate", "embed"] as const) {
    if (typeof (client as Partial<ModelClient>)[name] === "function") continue;
    throw new OllamaError("INVALID_REQUEST", `The manager's client cannot ${name}; give it an OllamaClient.`);
  }
  return client as ModelClient;
}
