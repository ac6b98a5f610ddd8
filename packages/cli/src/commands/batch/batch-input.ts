import { createReadStream } from "node:fs";
import type { BatchInput } from "@codo/ollama-runner";
import { UsageError } from "../../errors/usage-error.js";
import { isRegularFile, linesOf, PIPED_INPUT } from "../../running/read-text.js";

const HINT = "Name a JSONL file, or pipe prompts in.";

/** The items of a JSONL or text file, or of the piped input, one a line; empty lines are passed over. */
export async function* readBatchInput(file: string | undefined): AsyncGenerator<BatchInput> {
  let number = 0;
  for await (const line of inputLines(file)) {
    number++;
    if (line.trim() !== "") yield parseItem(line, `${file ?? "input"}:${number}`);
  }
}

/** How many items a file has; unknown for what can be read once only. */
export async function countItems(file: string | undefined): Promise<number | undefined> {
  if (file === undefined || !isRegularFile(file)) return undefined;
  let count = 0;
  for await (const line of inputLines(file)) if (line.trim() !== "") count++;
  return count;
}

/** Reads one line: a JSON object or string, else the prompt itself. @throws UsageError with the place */
export function parseItem(line: string, place: string): BatchInput {
  const text = line.trim();
  if (!/^[{"]/.test(text)) return text;
  try {
    return JSON.parse(text) as BatchInput;
  } catch (error) {
    if (text.startsWith('"')) return text;
    throw new UsageError(`${place} is not JSON: ${(error as Error).message}`);
  }
}

function inputLines(file: string | undefined): AsyncIterable<string> {
  return file === undefined ? linesOf(process.stdin, PIPED_INPUT) : linesOf(createReadStream(file), file, HINT);
}
