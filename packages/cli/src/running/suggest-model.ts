import { didYouMean } from "@codo/ollama-config";
import { OllamaError } from "@codo/ollama-core";
import type { CliContext } from "../context/cli-context.js";

const LIST_LIMIT_MS = 2000;

/** What to try in place of a model that was not found: the nearest that is installed. `undefined` when none is near. */
export async function suggestModel(error: unknown, context: CliContext): Promise<string | undefined> {
  if (!OllamaError.is(error) || error.code !== "MODEL_NOT_FOUND") return undefined;
  const { model } = error.details;
  if (typeof model !== "string") return undefined;
  try {
    const client = await context.client({ start: false });
    const { models } = await client.list({
      signal: AbortSignal.any([context.signal, AbortSignal.timeout(LIST_LIMIT_MS)]),
    });
    const names = models.flatMap(({ name }) => [name.replace(/:latest$/, ""), name]);
    const nearest = didYouMean(model, names);
    return nearest === undefined
      ? undefined
      : `Did you mean ${nearest}? \`codo models list\` shows all that are there.`;
  } catch {
    // The error itself is told in any case; a server that has gone meanwhile must not hide it.
    return undefined;
  }
}
