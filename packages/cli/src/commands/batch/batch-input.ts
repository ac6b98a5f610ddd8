import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import type { BatchInput } from "@codo/ollama-runner";
import { UsageError } from "../../errors/usage-error.js";

/** The items of a JSONL or text file, or of the piped input, one a line; empty lines are passed over. */
export async function* readBatchInput(file: string | undefined): AsyncGenerator<BatchInput> {
  let number = 0;
  for await (const line of linesOf(file)) {
    number++;
    if (line.trim() !== "") yield parseItem(line, `${file ?? "input"}:${number}`);
  }
}

/** How many items a file has; unknown for piped input. */
export async function countItems(file: string | undefined): Promise<number | undefined> {
  if (file === undefined) return undefined;
  let count = 0;
  for await (const line of linesOf(file)) if (line.trim() !== "") count++;
  return count;
}

/** Reads one line: a JSON object or string, else the prompt itself. @throws UsageError with the place */
export function parseItem(line: string, place: string): BatchInput {
  const text = line.trim().replace(/^\uFEFF/, "");
  if (!/^[{"]/.test(text)) return text;
  try {
    return JSON.parse(text) as BatchInput;
  } catch (error) {
    if (text.startsWith('"')) return text;
    throw new UsageError(`${place} is no JSON: ${(error as Error).message}`);
  }
}

async function* linesOf(file: string | undefined): AsyncGenerator<string> {
  const input = file === undefined ? process.stdin : createReadStream(file, "utf8");
  const failed = new Promise<never>((_, reject) => {
    input.once("error", (cause: NodeJS.ErrnoException) => {
      reject(new UsageError(`${file} cannot be read (${cause.code}).`, "Name a JSONL file, or pipe prompts in."));
    });
  });
  failed.catch(() => undefined);
  const lines = createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })[Symbol.asyncIterator]();
  for (;;) {
    const next = await Promise.race([lines.next(), failed]);
    if (next.done) return;
    yield next.value;
  }
}
