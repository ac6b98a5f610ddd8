import { InferenceError } from "./inference-error.js";

/** A tokenizer holds its process for about a second for each megabyte: nobody gets to hold it for minutes. */
const LONGEST_TEXT = 16 << 20;

/** Refuses texts that a tokenizer would take too long for. @throws InferenceError `input` */
export function refuseEndless(texts: readonly string[]): void {
  const length = texts.reduce((sum, text) => sum + text.length, 0);
  if (length <= LONGEST_TEXT) return;
  throw new InferenceError(
    "input",
    `The text is ${length} characters long; at most ${LONGEST_TEXT} are read in one request. Send less at once.`,
  );
}
