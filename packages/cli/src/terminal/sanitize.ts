/*
 * What a model writes is not to be trusted: an escape sequence in it could rename the window, write to the clipboard or
 * hide what really stands there. Sequences are taken out whole; other control characters and those that turn the
 * direction of text around are shown as their names.
 */

const ESC = "\\u001b";
/** Begins a sequence with parameters and a final letter: `ESC [`, or its one-character form. */
const CSI = `(?:${ESC}\\[|\\u009b)`;
/** Begins a sequence with text, such as a title, up to BEL or the string terminator. */
const STRING = `(?:${ESC}[\\]PX^_]|[\\u009d\\u0090\\u0098\\u009e\\u009f])`;
/** Ends any other sequence: a final character that begins none of the above. */
const FINAL = "[0-OQ-WYZ\\\\`-~]";
const TEXT = "[^\\u0007\\u001b\\u009c]*";

const SEQUENCES = new RegExp(
  `${CSI}[0-?]*[ -/]*[@-~]|${STRING}${TEXT}(?:\\u0007|${ESC}\\\\|\\u009c)|${ESC}[ -/]*${FINAL}`,
  "g",
);
const CONTROL_RANGES = "\\u0000-\\u0008\\u000b-\\u001f\\u007f-\\u009f\\u202a-\\u202e\\u2066-\\u2069";
const CONTROLS = new RegExp(`[${CONTROL_RANGES}]`, "g");
const UNFINISHED = new RegExp(`${CSI}[0-?]*[ -/]*$|${STRING}${TEXT}(?:${ESC})?$|${ESC}[ -/]*$|\\r$`);

/** Longest unfinished sequence that is waited for, in characters; a longer one is shown. */
const LONGEST_SEQUENCE = 4096;

/** Takes control and escape sequences out of a whole text. Line breaks and tabs stay. */
export function sanitize(text: string): string {
  return text
    .replace(/\r\n/g, "\n")
    .replace(SEQUENCES, "")
    .replace(CONTROLS, (control) => `<U+${control.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0")}>`);
}

/** As {@link sanitize}, for text that comes in pieces: a sequence may be cut anywhere. */
export class StreamSanitizer {
  #held = "";

  /** The part that can be shown now. */
  push(chunk: string): string {
    const text = this.#held + chunk;
    const unfinished = UNFINISHED.exec(text.replace(SEQUENCES, (sequence) => "\u0000".repeat(sequence.length)));
    const end =
      unfinished !== null && text.length - unfinished.index <= LONGEST_SEQUENCE ? unfinished.index : text.length;
    this.#held = text.slice(end);
    return sanitize(text.slice(0, end));
  }

  /** What was still held back. */
  end(): string {
    const rest = sanitize(this.#held);
    this.#held = "";
    return rest;
  }
}
