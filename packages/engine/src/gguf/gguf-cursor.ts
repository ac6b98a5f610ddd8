import { GgufError } from "./gguf-file.js";

/** Reads little-endian values one after the other from the beginning of a file. */
export class GgufCursor {
  readonly #bytes: Buffer;
  readonly #fileSize: number;
  #at = 0;
  #ranOut = false;

  /** @param fileSize - size of the whole file, of which `bytes` may be the first part */
  constructor(bytes: Buffer, fileSize: number) {
    this.#bytes = bytes;
    this.#fileSize = fileSize;
  }

  /** Whether a read went past the bytes: with more of the file it may succeed. */
  get ranOut(): boolean {
    return this.#ranOut;
  }

  /** Where the next read begins. */
  get position(): number {
    return this.#at;
  }

  uint8(): number {
    return this.#bytes.readUInt8(this.#step(1));
  }

  int8(): number {
    return this.#bytes.readInt8(this.#step(1));
  }

  uint16(): number {
    return this.#bytes.readUInt16LE(this.#step(2));
  }

  int16(): number {
    return this.#bytes.readInt16LE(this.#step(2));
  }

  uint32(): number {
    return this.#bytes.readUInt32LE(this.#step(4));
  }

  int32(): number {
    return this.#bytes.readInt32LE(this.#step(4));
  }

  float32(): number {
    return this.#bytes.readFloatLE(this.#step(4));
  }

  float64(): number {
    return this.#bytes.readDoubleLE(this.#step(8));
  }

  uint64(): number | bigint {
    return narrow(this.#bytes.readBigUInt64LE(this.#step(8)));
  }

  int64(): number | bigint {
    return narrow(this.#bytes.readBigInt64LE(this.#step(8)));
  }

  text(): string {
    const length = this.count(Number.MAX_SAFE_INTEGER, 1);
    const start = this.#step(length);
    return this.#bytes.toString("utf8", start, start + length);
  }

  /** Reads how many items follow, each of at least `itemBytes`. @throws GgufError when so many can't be there */
  count(most: number, itemBytes: number): number {
    const count = Number(this.uint64());
    if (count > most || count * itemBytes > this.#fileSize - this.#at) throw new GgufError("unexpected EOF");
    return count;
  }

  #step(bytes: number): number {
    const start = this.#at;
    if (start + bytes > this.#bytes.length) {
      this.#ranOut = true;
      throw new GgufError("unexpected EOF");
    }
    this.#at += bytes;
    return start;
  }
}

function narrow(value: bigint): number | bigint {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}
