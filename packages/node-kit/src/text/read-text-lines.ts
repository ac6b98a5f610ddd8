import { TextPieces } from "./text-pieces.js";

/**
 * The lines of a text that comes in pieces, decoded as `TextPieces` does. Only a line feed, alone or after a
 * carriage return, ends a line: JSON may hold the other line separators of Unicode as they are.
 * @param source what an error calls the text
 * @throws OllamaError `INVALID_REQUEST`
 */
export async function* readTextLines(
  pieces: AsyncIterable<Uint8Array>,
  source: string,
): AsyncGenerator<string, void, undefined> {
  const decoder = new TextPieces(source);
  // A long line comes in many pieces, and is put together once.
  let begun: string[] = [];
  for await (const piece of pieces) {
    const parts = decoder.push(piece).split("\n");
    const last = parts.pop() ?? "";
    for (const part of parts) {
      yield withoutReturn([...begun, part].join(""));
      begun = [];
    }
    begun.push(last);
  }
  const lines = [...begun, decoder.end()].join("").split("\n");
  if (lines.at(-1) === "") lines.pop();
  for (const line of lines) yield withoutReturn(line);
}

function withoutReturn(line: string): string {
  return line.endsWith("\r") ? line.slice(0, -1) : line;
}
