/** Reads what a `ByteWriter` wrote, front to back. */
export class ByteReader {
  readonly #bytes: Buffer;
  position: number;

  constructor(bytes: Buffer, position = 0) {
    this.#bytes = bytes;
    this.position = position;
  }

  get atEnd(): boolean {
    return this.position >= this.#bytes.length;
  }

  varint(): number {
    let value = 0;
    let unit = 1;
    for (;;) {
      const byte = this.#bytes[this.position++];
      if (byte === undefined) throw new RangeError("A number runs past the end of its bytes.");
      value += (byte & 0x7f) * unit;
      if (byte < 0x80) return value;
      unit *= 0x80;
    }
  }

  text(): string {
    const size = this.varint();
    if (this.position + size > this.#bytes.length) throw new RangeError("A text runs past the end of its bytes.");
    const text = this.#bytes.toString("utf8", this.position, this.position + size);
    this.position += size;
    return text;
  }
}
