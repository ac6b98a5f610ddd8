import { OllamaError } from "@codo/ollama-contract";

/** The error for bytes that are no text: where they are, and what to do. */
export function notText(source: string, offset: number, what: string): OllamaError {
  return new OllamaError("INVALID_REQUEST", `${source} is not text that can be read: ${what} at byte ${offset}.`, {
    advice: "Save it as UTF-8, or as UTF-16 with a byte order mark.",
    details: { source, offset },
  });
}
