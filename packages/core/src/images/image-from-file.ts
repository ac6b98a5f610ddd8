import { readFile } from "node:fs/promises";
import { OllamaError } from "@codo/ollama-contract";

/**
 * An image's bytes from a file, to put into `images`. The client itself never takes text for a path: a file is read
 * only where this is called.
 * @throws OllamaError `INVALID_REQUEST` when the file cannot be read
 */
export async function imageFromFile(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new OllamaError("INVALID_REQUEST", `The image "${path}" could not be read: ${reason}. Check the path.`, {
      cause: error,
      details: { path },
    });
  }
}
