import { didYouMean } from "@codo/ollama-config";
import { OllamaError } from "@codo/ollama-core";
import type { CliContext } from "../context/cli-context.js";
import { embeddingModel, PULL_EMBEDDING_MODEL } from "../running/embedding-model.js";
import { howToGetOne } from "./how-to-get-a-model.js";

const LIST_LIMIT_MS = 2000;

/** What to do about a model that was not found: try the nearest that is installed, or get one as this server can. */
export async function suggestModel(error: unknown, context: CliContext): Promise<string | undefined> {
  if (!OllamaError.is(error) || error.code !== "MODEL_NOT_FOUND") return undefined;
  const model = typeof error.details.model === "string" ? error.details.model : undefined;
  try {
    const client = await context.client({ start: false });
    const { models } = await client.list({
      signal: AbortSignal.any([context.signal, AbortSignal.timeout(LIST_LIMIT_MS)]),
    });
    const names = models.flatMap(({ name }) => [name.replace(/:latest$/, ""), name]);
    const nearest = model === undefined ? undefined : didYouMean(model, names);
    if (nearest !== undefined) return `Did you mean ${nearest}? \`codo models list\` shows all that are there.`;
    return `\`codo models list\` shows the models that are there; ${howToGetOne(model)}.`;
  } catch {
    // The error itself is reported in any case; a server that has gone meanwhile must not hide it.
    return undefined;
  }
}

/** What to do where a model that makes no embeddings was asked for some: one that is installed, or how to get one. */
export async function suggestEmbeddingModel(context: CliContext): Promise<string> {
  const installed = await embeddingModel(context).catch(() => undefined);
  return `Choose an embedding model: ${installed === undefined ? PULL_EMBEDDING_MODEL : `-m ${installed}`}`;
}
