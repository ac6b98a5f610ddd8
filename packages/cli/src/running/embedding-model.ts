import type { CliContext } from "../context/cli-context.js";

/** How to get a model for embeddings. */
export const PULL_EMBEDDING_MODEL = "`codo models pull nomic-embed-text` gets one.";

/** The first installed model that makes embeddings. */
export async function embeddingModel(context: CliContext): Promise<string | undefined> {
  const manager = await context.manager();
  for (const { name } of await manager.listModels({ signal: context.signal })) {
    const capabilities = await manager.getCapabilities(name, { signal: context.signal });
    if (capabilities.includes("embedding")) return name;
  }
  return undefined;
}
