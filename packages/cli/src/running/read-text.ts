import { statSync } from "node:fs";
import { OllamaError } from "@codo/ollama-core";
import { decodeText, errorCode, readTextFile, readTextLines, storageFailed } from "@codo/ollama-node-kit";
import { UsageError } from "../errors/usage-error.js";

/** How an error calls what is piped in. */
export const PIPED_INPUT = "The piped input";

/**
 * The text of a file that the command line names.
 * @param what how an error calls it, before its name
 * @throws UsageError when it cannot be read or is no text
 */
export async function readTextArgument(what: string, file: string, hint?: string): Promise<string> {
  try {
    return await readTextFile(file);
  } catch (cause) {
    const code = errorCode(cause);
    if (code === undefined) throw asUsageError(cause);
    throw new UsageError(`${what} ${file} cannot be read: ${reasonOf(cause)}.`, hint);
  }
}

/** The text of bytes that were read. @throws UsageError when they are no text */
export function textOf(bytes: Uint8Array, source: string): string {
  try {
    return decodeText(bytes, source);
  } catch (cause) {
    throw asUsageError(cause);
  }
}

/**
 * The lines of a file or of the piped input, one at a time.
 * @throws UsageError when it cannot be read or is no text
 */
export async function* linesOf(
  input: AsyncIterable<Uint8Array>,
  source: string,
  hint?: string,
): AsyncGenerator<string, void, undefined> {
  try {
    yield* readTextLines(input, source);
  } catch (cause) {
    const code = OllamaError.is(cause) ? undefined : errorCode(cause);
    throw code === undefined
      ? asUsageError(cause)
      : new UsageError(`${source} cannot be read: ${reasonOf(cause)}.`, hint);
  }
}

/** Whether a file can be read twice: what a pipe had is gone after the first time. */
export function isRegularFile(file: string): boolean {
  return statSync(file, { throwIfNoEntry: false })?.isFile() === true;
}

/** What the system says of a file, in words. */
export function reasonOf(cause: unknown): string {
  return storageFailed("read", "", { cause }).summary.replace(/^.*: |\.$/g, "");
}

/** Bytes that are no text are a slip of whoever named them; other errors stay what they are. */
export function asUsageError(cause: unknown): unknown {
  const isNoText = OllamaError.is(cause) && cause.code === "INVALID_REQUEST";
  return isNoText ? new UsageError(cause.summary, cause.advice) : cause;
}
