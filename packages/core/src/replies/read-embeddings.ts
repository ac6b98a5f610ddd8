import { OllamaError } from "@codo/ollama-contract";

/**
 * The vectors of an answer: one for each text, of numbers, all of one length.
 * @throws OllamaError `STREAM_CORRUPT` with `details.{model, index}` otherwise: a vector that is no vector is not found
 * again once it is stored
 */
export function readEmbeddings(value: unknown, model: string, count: number): number[][] {
  if (!Array.isArray(value)) throw unusable(model, "has no list of vectors");
  if (value.length !== count) throw unusable(model, `has ${value.length} vectors for ${count} texts`);
  const dimensions = Array.isArray(value[0]) ? value[0].length : 0;
  value.forEach((vector: unknown, index) => {
    if (!Array.isArray(vector) || vector.length === 0) throw unusable(model, "is empty or no list", index);
    if (!vector.every(Number.isFinite)) throw unusable(model, "has something in it that is no number", index);
    if (vector.length !== dimensions) throw unusable(model, `is not as long as the first, ${dimensions}`, index);
  });
  return value as number[][];
}

function unusable(model: string, what: string, index?: number): OllamaError {
  const subject = index === undefined ? `The answer of "${model}"` : `Vector ${index + 1} of "${model}"`;
  const advice = "Look at the server's log: some models fail on a text without an error.";
  const details = { model, ...(index === undefined ? {} : { index }) };
  return new OllamaError("STREAM_CORRUPT", `${subject} ${what}.`, { advice, details });
}
