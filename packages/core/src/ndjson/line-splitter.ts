const NEWLINE = 10;

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
  #queuedBytes = 0;
  #tail: Uint8Array[] = [];
  #tailBytes = 0;
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

  /** Bytes that were pushed and not looked at yet. */
  get queuedBytes(): number {
    return this.#queuedBytes;
  }

  push(bytes: Uint8Array): void {
    this.#queue.push(bytes);
    this.#queuedBytes += bytes.length;
  }

  /**
   * The next line that is not blank, without its end; `undefined` when more bytes are needed.
   * @throws LineTooLongError
   */
  next(): string | undefined {
    for (;;) {
      if (this.#position < this.#text.length) {
        const end = this.#text.indexOf("\n", this.#position);
        const line = this.#text.slice(this.#position, end);
        this.#position = end + 1;
        this.#lineNumber += 1;
        if (line !== "" && line.trim() !== "") return this.#checked(line);
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
    this.#queuedBytes -= bytes.length;
    const end = bytes[bytes.length - 1] === NEWLINE ? bytes.length : bytes.lastIndexOf(NEWLINE) + 1;
    if (end > 0) {
      const complete = end === bytes.length ? bytes : bytes.subarray(0, end);
      this.#text = this.#decode(
        this.#tailBytes === 0 ? complete : join([...this.#tail, complete], this.#tailBytes + end),
      );
      this.#position = 0;
      this.#tail = [];
      this.#tailBytes = 0;
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
