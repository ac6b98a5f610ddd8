const NEWLINE = 10;
const SPACE = 32;

/** The longest line that is taken, in bytes: 8 MiB. */
export const MAX_LINE_BYTES: number = 8 * 1024 * 1024;

/** A line went beyond the limit. */
export class LineTooLongError extends Error {
  override readonly name = "LineTooLongError";
}

/**
 * Cuts bytes into lines, whatever the positions at which the bytes were cut. A line is decoded only when it is
 * complete, so a split UTF-8 sequence never is one; it holds the pieces it was given and has not handed out.
 */
export class LineSplitter {
  readonly #decode: (bytes: Uint8Array) => string;
  readonly #maxLineBytes: number;
  #queue: Uint8Array[] = [];
  #tail: Uint8Array[] = [];
  #tailBytes = 0;
  /** A line that was cut between pieces, put together; it goes before {@link #text}. */
  #joined: string | undefined;
  #text = "";
  #position = 0;
  #lineNumber = 0;

  constructor(decode: (bytes: Uint8Array) => string, maxLineBytes: number = MAX_LINE_BYTES) {
    this.#decode = decode;
    this.#maxLineBytes = maxLineBytes;
  }

  /** Number of the line that was taken last, counted from 1, blank lines included. */
  get lineNumber(): number {
    return this.#lineNumber;
  }

  push(bytes: Uint8Array): void {
    this.#queue.push(bytes);
  }

  /**
   * The next line that is not blank, without its end; `undefined` when more bytes are needed.
   * @throws LineTooLongError
   */
  next(): string | undefined {
    for (;;) {
      const joined = this.#joined;
      if (joined !== undefined) {
        this.#joined = undefined;
        this.#lineNumber += 1;
        if (joined.trim() !== "") return this.#checked(joined);
      } else if (this.#position < this.#text.length) {
        const end = this.#text.indexOf("\n", this.#position);
        const line = this.#text.slice(this.#position, end);
        this.#position = end + 1;
        this.#lineNumber += 1;
        if (line.charCodeAt(0) > SPACE || line.trim() !== "") return this.#checked(line);
      } else if (!this.#ingest()) return undefined;
    }
  }

  /** What stands after the last newline, once no more bytes come; `undefined` when that is nothing. */
  flush(): string | undefined {
    const line = this.#decode(join(this.#tail, this.#tailBytes));
    this.#tail = [];
    this.#tailBytes = 0;
    if (line.trim() === "") return undefined;
    this.#lineNumber += 1;
    return this.#checked(line);
  }

  /** Takes the next piece; its complete lines are decoded at once, because one long decode costs less than many. */
  #ingest(): boolean {
    const bytes = this.#queue.shift();
    if (bytes === undefined) return false;
    let start = 0;
    if (this.#tailBytes > 0) {
      // Only the line that was cut is put together: the rest of the piece is not copied for its sake.
      const end = bytes.indexOf(NEWLINE);
      if (end === -1) {
        this.#keepTail(bytes);
        return true;
      }
      this.#joined = this.#decode(join([...this.#tail, bytes.subarray(0, end)], this.#tailBytes + end));
      this.#tail = [];
      this.#tailBytes = 0;
      start = end + 1;
    }
    const end = bytes[bytes.length - 1] === NEWLINE ? bytes.length : bytes.lastIndexOf(NEWLINE) + 1;
    if (end > start) {
      this.#text = this.#decode(end - start === bytes.length ? bytes : bytes.subarray(start, end));
      this.#position = 0;
    }
    if (end < bytes.length) this.#keepTail(bytes.subarray(end));
    return true;
  }

  #keepTail(bytes: Uint8Array): void {
    this.#tail.push(bytes);
    this.#tailBytes += bytes.length;
    if (this.#tailBytes > this.#maxLineBytes) {
      this.#lineNumber += 1;
      throw this.#tooLong();
    }
  }

  #checked(line: string): string {
    // A character has at most three bytes a UTF-16 unit: only lines that could be too long are measured.
    if (line.length * 3 > this.#maxLineBytes && new TextEncoder().encode(line).length > this.#maxLineBytes) {
      throw this.#tooLong();
    }
    return line;
  }

  #tooLong(): LineTooLongError {
    return new LineTooLongError(`line ${this.#lineNumber} is longer than ${this.#maxLineBytes} bytes`);
  }
}

function join(pieces: Uint8Array[], totalBytes: number): Uint8Array {
  const [only] = pieces;
  if (pieces.length === 1 && only !== undefined) return only;
  const joined = new Uint8Array(totalBytes);
  let offset = 0;
  for (const piece of pieces) {
    joined.set(piece, offset);
    offset += piece.length;
  }
  return joined;
}
