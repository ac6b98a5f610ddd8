/** Which documents of a segment are gone: one bit each, kept in a file beside the segment, which itself never changes. */
export class DeletedDocuments {
  readonly #bits: Uint8Array;
  count = 0;

  /** `bits` as {@link bytes} gave them for a segment of `docs` documents; none are gone without them. */
  constructor(docs: number, bits?: Uint8Array) {
    this.#bits = new Uint8Array(Math.ceil(docs / 8));
    if (bits === undefined) return;
    if (bits.length !== this.#bits.length) throw new RangeError("The list of removed documents is not whole.");
    this.#bits.set(bits);
    for (const byte of bits) for (let rest = byte; rest > 0; rest &= rest - 1) this.count++;
  }

  has(doc: number): boolean {
    return ((this.#bits[doc >> 3] ?? 0) & (1 << (doc & 7))) !== 0;
  }

  add(doc: number): void {
    if (this.has(doc)) return;
    this.#bits[doc >> 3] = (this.#bits[doc >> 3] ?? 0) | (1 << (doc & 7));
    this.count++;
  }

  get bytes(): Uint8Array {
    return this.#bits;
  }
}
