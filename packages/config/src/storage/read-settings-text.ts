import { OllamaError } from "@codo/ollama-contract";
import { readTextFile } from "@codo/ollama-node-kit";

/** The text of a file of settings. @throws OllamaError `STORAGE_FAILED`, `INVALID_CONFIG` when its bytes are no text */
export async function readSettingsText(file: string): Promise<string> {
  try {
    return await readTextFile(file);
  } catch (error) {
    if (!OllamaError.is(error) || error.code !== "INVALID_REQUEST") throw error;
    const { summary, advice, details } = error;
    throw new OllamaError("INVALID_CONFIG", summary, { cause: error, advice, details: { file, ...details } });
  }
}
