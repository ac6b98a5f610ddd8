import type { BatchInput } from "@codo/ollama-runner";
import { UsageError } from "../../errors/usage-error.js";
import type { InputFormat } from "./input-format.js";
import { jsonArrayItems } from "./json-array-items.js";

/** One item as it was read, and where. */
export interface PlacedItem {
  item: unknown;
  /** Such as `prompts.jsonl:3`. */
  place: string;
}

const COMMENT = /^(#|\/\/)/;

/**
 * The items of lines: a JSON object or string each, else the prompt itself. What begins as a JSON array is read as one.
 * In JSONL a line that looks like a comment is refused; where nothing says what it is, the first other line decides.
 * @throws UsageError with the place
 */
export async function* lineItems(
  lines: AsyncIterable<string>,
  name: string,
  format: InputFormat | undefined,
): AsyncGenerator<PlacedItem, void, undefined> {
  let isJsonl = format === undefined || format === "json" ? undefined : format === "jsonl";
  const held: PlacedItem[] = [];
  let number = 0;
  for await (const line of lines) {
    number++;
    const text = line.trim();
    const place = `${name}:${number}`;
    if (text === "") continue;
    if (number === held.length + 1 && format !== "text" && beginsArray(text)) {
      return yield* jsonArrayItems(await rest(line, lines), name);
    }
    if (COMMENT.test(text)) {
      if (isJsonl === true) throw commentError(place, text);
      if (isJsonl === undefined) {
        held.push({ item: text, place });
        continue;
      }
    }
    isJsonl ??= text.startsWith("{");
    const [first] = held;
    if (first !== undefined && isJsonl) throw commentError(first.place, String(first.item));
    yield* held.splice(0);
    yield { item: parseLine(text, place), place };
  }
  yield* held;
}

/** Reads one line: a JSON object or string, else the prompt itself. @throws UsageError with the place */
export function parseLine(text: string, place: string): BatchInput {
  if (!/^[{"]/.test(text)) return text;
  try {
    return JSON.parse(text) as BatchInput;
  } catch (error) {
    if (isJson(text.replace(/,$/, ""))) {
      throw new UsageError(
        `${place} ends with a comma.`,
        "In JSONL nothing stands between two lines: delete the comma.",
      );
    }
    if (text.startsWith('"')) return text;
    const hint = text === "{" ? "Each item is one line; a file of JSON arrays ends in .json." : undefined;
    throw new UsageError(`${place} is not JSON: ${(error as Error).message}`, hint);
  }
}

function commentError(place: string, text: string): UsageError {
  const quoted = JSON.stringify(text.slice(0, 40));
  return new UsageError(
    `${place} looks like a comment, and JSONL has none: ${quoted}`,
    "Delete the line; a prompt that begins so is written in quotes.",
  );
}

/** `[` alone, or with the beginning of a value after it; prompts that begin with a bracket go on with a word. */
function beginsArray(text: string): boolean {
  return /^\[\s*($|[{"\]])/.test(text);
}

async function rest(first: string, lines: AsyncIterable<string>): Promise<string> {
  const all = [first];
  for await (const line of lines) all.push(line);
  return all.join("\n");
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
