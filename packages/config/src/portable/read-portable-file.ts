import { readFile } from "node:fs/promises";
import { OllamaError } from "@codo/ollama-core";
import { readPortable } from "./export-format.js";
import type { PortableSettings } from "./python-format.js";

/** Reads an export, a configuration or a file of the Python module. @throws OllamaError `STORAGE_FAILED`, `INVALID_CONFIG` */
export async function readPortableFile(file: string): Promise<PortableSettings> {
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (cause) {
    const message = `Could not read ${file} (${(cause as NodeJS.ErrnoException).code}). Check the path.`;
    throw new OllamaError("STORAGE_FAILED", message, { cause, details: { file } });
  }
  return readPortable(text, file);
}
