const CARRIAGE_RETURN = 13;
const LINE_FEED = 10;
const MAX_HEAD_BYTES = 64 * 1024;
const EMPTY: Buffer = Buffer.alloc(0);
const LINE_END: Buffer = Buffer.from("\r\n");
const LAST_CHUNK: Buffer = Buffer.from("0\r\n");

/** Runs of body bytes inside a read: start, end, start, end, … */
type Slices = number[];

type State = "head" | "size" | "data" | "data-end" | "trailer" | "length" | "raw";

/**
 * Frames the chunked answers of a connection anew: the HTTP chunks that came with one read become one chunk. Ollama
 * sends each token as a chunk of its own, and Node's HTTP parser calls into JavaScript for each, which costs as much
 * as parsing its JSON. The bytes of the body stay as they are, and none is held back: a chunk that has not come to
 * its end goes on as far as it came. Made for answers that have a body, so not for those to HEAD or CONNECT.
 */
export class ChunkMerger {
  #state: State = "head";
  #held: Buffer = EMPTY;
  /** Body bytes still to come of the chunk, or of the body with a length. */
  #left = 0;

  /** What to hand to the parser in place of a read, whose bytes may be changed; may be nothing. */
  merge(read: Buffer): Buffer[] {
    const bytes = this.#held.length === 0 ? read : Buffer.concat([this.#held, read]);
    this.#held = EMPTY;
    const output: Buffer[] = [];
    let position = 0;
    while (position < bytes.length) {
      const state = this.#state;
      const next = this.#step(bytes, position, output);
      if (next === position && this.#state === state) {
        this.#held = bytes.subarray(position);
        break;
      }
      position = next;
    }
    return joinNeighbours(output);
  }

  /** Works from `position` on as far as one state goes; the same position and state mean that more bytes are needed. */
  #step(bytes: Buffer, position: number, output: Buffer[]): number {
    switch (this.#state) {
      case "head":
        return this.#head(bytes, position, output);
      case "length": {
        const end = Math.min(bytes.length, position + this.#left);
        this.#left -= end - position;
        if (this.#left === 0) this.#state = "head";
        output.push(bytes.subarray(position, end));
        return end;
      }
      case "raw":
        output.push(bytes.subarray(position));
        return bytes.length;
      case "trailer":
        return this.#trailer(bytes, position, output);
      default:
        return this.#chunks(bytes, position, output);
    }
  }

  #head(bytes: Buffer, position: number, output: Buffer[]): number {
    const end = bytes.indexOf("\r\n\r\n", position);
    if (end === -1) {
      // Whatever this is, it is the parser that has to refuse it.
      if (bytes.length - position > MAX_HEAD_BYTES) this.#state = "raw";
      return position;
    }
    const head = bytes.toString("latin1", position, end + 2);
    this.#state = this.#stateAfter(head);
    output.push(bytes.subarray(position, end + 4));
    return end + 4;
  }

  #stateAfter(head: string): State {
    const status = /^HTTP\/1\.[01] (\d{3})/.exec(head)?.[1];
    if (status === undefined) return "raw";
    if (status.startsWith("1") || status === "204" || status === "304") return status === "101" ? "raw" : "head";
    if (/\r\ntransfer-encoding:[ \t]*chunked[ \t]*\r\n/i.test(head)) return "size";
    const length = /\r\ncontent-length:[ \t]*(\d+)[ \t]*\r\n/i.exec(head)?.[1];
    if (length === undefined) return "raw";
    this.#left = Number(length);
    return this.#left === 0 ? "head" : "length";
  }

  /** All chunks of the read, merged. */
  #chunks(bytes: Buffer, start: number, output: Buffer[]): number {
    const slices: Slices = [];
    const wasAtSize = this.#state === "size";
    let position = start;
    while (
      position < bytes.length &&
      (this.#state === "size" || this.#state === "data" || this.#state === "data-end")
    ) {
      const next = this.#chunkStep(bytes, position, slices);
      if (next === position) break;
      position = next;
    }
    const isAtEnd = this.#state === "trailer";
    // One whole chunk is framed as it should be.
    if (slices.length <= 2 && wasAtSize && (isAtEnd || this.#state === "size")) {
      output.push(position - start === bytes.length ? bytes : bytes.subarray(start, position));
      return position;
    }
    if (slices.length > 0) output.push(...frame(bytes, slices));
    if (isAtEnd) output.push(LAST_CHUNK);
    return position;
  }

  #chunkStep(bytes: Buffer, position: number, slices: Slices): number {
    if (this.#state === "data") {
      const end = Math.min(bytes.length, position + this.#left);
      this.#left -= end - position;
      if (this.#left === 0) this.#state = "data-end";
      slices.push(position, end);
      return end;
    }
    if (this.#state === "data-end") {
      if (bytes.length - position < 2) return position;
      return this.#expectLineEnd(bytes, position);
    }
    const lineEnd = bytes.indexOf(LINE_FEED, position);
    if (lineEnd === -1) {
      if (bytes.length - position > MAX_HEAD_BYTES) this.#state = "raw";
      return position;
    }
    const size = readHexadecimal(bytes, position);
    if (size === undefined) {
      this.#state = "raw";
      return position;
    }
    const dataStart = lineEnd + 1;
    const dataEnd = dataStart + size;
    if (size > 0 && bytes[dataEnd] === CARRIAGE_RETURN && bytes[dataEnd + 1] === LINE_FEED) {
      // The usual case, without a detour through the states: the whole chunk came.
      slices.push(dataStart, dataEnd);
      return dataEnd + 2;
    }
    this.#left = size;
    this.#state = size === 0 ? "trailer" : "data";
    return dataStart;
  }

  #expectLineEnd(bytes: Buffer, position: number): number {
    if (bytes[position] !== CARRIAGE_RETURN || bytes[position + 1] !== LINE_FEED) {
      // Broken framing goes on as it is, and the parser says what is wrong with it.
      this.#state = "raw";
      return position;
    }
    this.#state = "size";
    return position + 2;
  }

  /** Trailer lines pass as they are; an empty line ends them. */
  #trailer(bytes: Buffer, position: number, output: Buffer[]): number {
    const lineEnd = bytes.indexOf(LINE_FEED, position);
    if (lineEnd === -1) return position;
    if (lineEnd - position <= 1) this.#state = "head";
    output.push(bytes.subarray(position, lineEnd + 1));
    return lineEnd + 1;
  }
}

/** Pieces that lie beside each other in memory as one: each costs a call of the parser. */
function joinNeighbours(pieces: Buffer[]): Buffer[] {
  const joined: Buffer[] = [];
  for (const piece of pieces) {
    const last = joined.at(-1);
    if (last?.buffer === piece.buffer && last.byteOffset + last.length === piece.byteOffset) {
      joined[joined.length - 1] = Buffer.from(last.buffer, last.byteOffset, last.length + piece.length);
    } else if (piece.length > 0) joined.push(piece);
  }
  return joined;
}

/**
 * One HTTP chunk of several runs of bytes, as its size line and its data. The runs are moved together where they
 * are: the read is nobody else's, and a copy of each would double the memory that passes through. Two runs or more
 * have at least five bytes of framing between them, and one run that reaches the end of the read gets a line end
 * of its own.
 */
function frame(bytes: Buffer, slices: Slices): Buffer[] {
  const start = slices[0] ?? 0;
  let end = slices[1] ?? 0;
  for (let index = 2; index < slices.length; index += 2) {
    const from = slices[index] ?? 0;
    const to = slices[index + 1] ?? 0;
    bytes.copyWithin(end, from, to);
    end += to - from;
  }
  const sizeLine = Buffer.from(`${(end - start).toString(16)}\r\n`, "latin1");
  if (end + 2 > bytes.length) return [sizeLine, bytes.subarray(start, end), LINE_END];
  bytes[end] = CARRIAGE_RETURN;
  bytes[end + 1] = LINE_FEED;
  return [sizeLine, bytes.subarray(start, end + 2)];
}

/** The size at the head of a chunk; extensions after it are not looked at. */
function readHexadecimal(bytes: Buffer, start: number): number | undefined {
  let value = 0;
  let position = start;
  for (; position < start + 12; position += 1) {
    const digit = digitOf(bytes[position] ?? 0);
    if (digit === undefined) break;
    value = value * 16 + digit;
  }
  return position === start ? undefined : value;
}

function digitOf(code: number): number | undefined {
  if (code >= 48 && code <= 57) return code - 48;
  const lower = code | 32;
  return lower >= 97 && lower <= 102 ? lower - 87 : undefined;
}
