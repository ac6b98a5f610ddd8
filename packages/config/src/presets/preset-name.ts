import { OllamaError } from "@codo/ollama-contract";

// One line, and nothing that a shell needs escaped but spaces.
const PRESET_NAME = /^[\p{L}\p{N}][\p{L}\p{N} ._:-]{0,63}$/u;

/** @throws OllamaError `INVALID_CONFIG` where a new preset cannot be called so */
export function assertPresetName(name: string): void {
  if (PRESET_NAME.test(name) && !name.endsWith(" ")) return;
  const message = `A preset cannot be called ${JSON.stringify(name)}. Begin with a letter or a digit, and use letters, digits, spaces, ".", "_", ":" and "-", at most 64.`;
  throw new OllamaError("INVALID_CONFIG", message, { details: { preset: name } });
}
