import { crc32 } from "node:zlib";

/** A segment's checksums are of pages: what is read is checked, and no more has to be read than before. */
export const PAGE_BYTES = 4096;

const SUM_BYTES = 4;

/** Sums up the pages of a file that is written front to back: one CRC-32 for each. */
export class PageSummer {
  readonly #sums: number[] = [];
  #current = 0;
  #filled = 0;

  add(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length; ) {
      const take = Math.min(PAGE_BYTES - this.#filled, bytes.length - at);
      this.#current = crc32(bytes.subarray(at, at + take), this.#current);
      this.#filled += take;
      at += take;
      if (this.#filled === PAGE_BYTES) this.#endPage();
    }
  }

  /** All sums, as {@link areSoundPages} takes them. */
  finish(): Buffer {
    if (this.#filled > 0) this.#endPage();
    const bytes = Buffer.alloc(this.#sums.length * SUM_BYTES);
    this.#sums.forEach((sum, page) => {
      bytes.writeUInt32LE(sum, page * SUM_BYTES);
    });
    return bytes;
  }

  #endPage(): void {
    this.#sums.push(this.#current);
    this.#current = 0;
    this.#filled = 0;
  }
}

/** Whether pages, read from the start of page `first` on, are as they were written. */
export function areSoundPages(bytes: Buffer, first: number, sums: Buffer): boolean {
  for (let at = 0, page = first; at < bytes.length; at += PAGE_BYTES, page++) {
    if ((page + 1) * SUM_BYTES > sums.length) return false;
    if (crc32(bytes.subarray(at, at + PAGE_BYTES)) !== sums.readUInt32LE(page * SUM_BYTES)) return false;
  }
  return true;
}
