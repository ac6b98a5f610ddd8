import { invalidUtf8At } from "./invalid-utf8.js";
import { notText } from "./text-error.js";

type Encoding = "utf-8" | "utf-16le" | "utf-16be";

const MARKS: readonly (readonly [mark: readonly number[], encoding: Encoding | "UTF-32"])[] = [
  [[0xff, 0xfe, 0, 0], "UTF-32"],
  [[0, 0, 0xfe, 0xff], "UTF-32"],
  [[0xef, 0xbb, 0xbf], "utf-8"],
  [[0xff, 0xfe], "utf-16le"],
  [[0xfe, 0xff], "utf-16be"],
];

/**
 * Decodes text that comes in pieces: UTF-8 with or without a byte order mark, or UTF-16 by its mark. Nothing is ever
 * replaced or left out: bytes that are no text are an error that says where they are.
 */
export class TextPieces {
  readonly #source: string;
  #encoding: Encoding | undefined;
  /** What came and is not decoded yet: less than a character, or the beginning. */
  #rest: Buffer = Buffer.alloc(0);
  /** Where `#rest` begins. */
  #offset = 0;

  /** @param source what an error calls the text: a file's name, or "the input" */
  constructor(source: string) {
    this.#source = source;
  }

  /** The text that a further piece completes. @throws OllamaError `INVALID_REQUEST`, with `details.{source, offset}` */
  push(piece: Uint8Array): string {
    this.#rest = this.#rest.length === 0 ? asBuffer(piece) : Buffer.concat([this.#rest, piece]);
    return this.#encoding === undefined && this.#mayBecomeMark() ? "" : this.#decode(false);
  }

  /** What is left at the end. @throws OllamaError `INVALID_REQUEST`, when it ends within a character */
  end(): string {
    return this.#decode(true);
  }

  #decode(isEnd: boolean): string {
    this.#encoding ??= this.#findEncoding();
    const length = isEnd ? this.#rest.length : wholeLength(this.#rest, this.#encoding);
    const bytes = this.#rest.subarray(0, length);
    const text = this.#encoding === "utf-8" ? this.#decodeUtf8(bytes) : this.#decodeUtf16(bytes, this.#encoding);
    this.#offset += length;
    // A copy, because the caller may use the memory of a piece again.
    this.#rest = Buffer.from(this.#rest.subarray(length));
    return text;
  }

  /** Whether the beginning has to wait. A line that somebody types must not wait for the next one. */
  #mayBecomeMark(): boolean {
    const { length } = this.#rest;
    return MARKS.some(([mark]) => length < mark.length && this.#rest.equals(Buffer.from(mark.slice(0, length))));
  }

  #findEncoding(): Encoding {
    const found = MARKS.find(([mark]) => mark.every((byte, index) => this.#rest[index] === byte));
    if (found === undefined) return "utf-8";
    const [mark, encoding] = found;
    if (encoding === "UTF-32") throw notText(this.#source, 0, "the byte order mark of UTF-32");
    this.#rest = this.#rest.subarray(mark.length);
    this.#offset += mark.length;
    return encoding;
  }

  #decodeUtf8(bytes: Buffer): string {
    const nul = bytes.indexOf(0);
    const invalid = invalidUtf8At(nul === -1 ? bytes : bytes.subarray(0, nul));
    if (invalid !== undefined) throw this.#wrong(invalid, `0x${hex(bytes[invalid])}, which is not UTF-8,`);
    if (nul !== -1) throw this.#wrong(nul, "a NUL (UTF-16 without a mark, or binary data)");
    return bytes.toString("utf8");
  }

  #decodeUtf16(bytes: Buffer, encoding: Encoding): string {
    if (bytes.length % 2 === 1) throw this.#wrong(bytes.length - 1, "half a character of UTF-16");
    const text = (encoding === "utf-16le" ? bytes : Buffer.from(bytes).swap16()).toString("utf16le");
    const nul = text.indexOf("\0");
    const half = text.search(/\p{Surrogate}/u);
    if (half !== -1 && (nul === -1 || half < nul)) throw this.#wrong(half * 2, "half a character of UTF-16");
    if (nul !== -1) throw this.#wrong(nul * 2, "a NUL");
    return text;
  }

  #wrong(index: number, what: string): Error {
    return notText(this.#source, this.#offset + index, what);
  }
}

/** Decodes a whole text, as `TextPieces` does. @throws OllamaError `INVALID_REQUEST` */
export function decodeText(bytes: Uint8Array, source: string): string {
  const pieces = new TextPieces(source);
  return pieces.push(bytes) + pieces.end();
}

/** How much of the bytes is sure to end with a whole character. */
function wholeLength(bytes: Buffer, encoding: Encoding): number {
  if (encoding !== "utf-8") {
    const even = bytes.length - (bytes.length % 2);
    const high = bytes[encoding === "utf-16le" ? even - 1 : even - 2] ?? 0;
    // The first half of a character outside the basic plane.
    return high >= 0xd8 && high <= 0xdb ? even - 2 : even;
  }
  // A character has at most four bytes, and its first one says how many.
  for (let back = 1; back <= 3 && back <= bytes.length; back++) {
    const byte = bytes[bytes.length - back] ?? 0;
    if (byte < 0x80) return bytes.length;
    if (byte >= 0xc0) return bytes.length - (back < (byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2) ? back : 0);
  }
  return bytes.length;
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function hex(byte = 0): string {
  return byte.toString(16).padStart(2, "0");
}
