import { sameModelName } from "@codo/ollama-core";
import { ENGINE_MODELS } from "./engine-models.js";

/**
 * Whether the server that has these models can get others from a registry. The built-in engine, known by its own
 * models, has no registry, and no advice may name what cannot be done there.
 */
export function canPull(models: readonly { name: string }[]): boolean {
  return !ENGINE_MODELS.every((own) => models.some(({ name }) => sameModelName(name, own)));
}

/** How to get a model on the server that has these models: half a sentence for a person. */
export function howToGetOne(models: readonly { name: string }[], name = "NAME"): string {
  return canPull(models)
    ? `\`codo models pull ${name}\` gets one`
    : `\`codo models create ${name} --gguf FILE\` makes one from a GGUF file`;
}
