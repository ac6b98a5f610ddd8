import { isUtf8 } from "node:buffer";

/**
 * Where bytes stop being UTF-8: the first byte of the first sequence that is none; `undefined` when all of it is.
 * Source: RFC 3629, section 4.
 */
export function invalidUtf8At(bytes: Uint8Array): number | undefined {
  if (isUtf8(bytes)) return undefined;
  for (let at = 0; at < bytes.length; ) {
    const length = sequenceLength(bytes, at);
    if (length === 0) return at;
    at += length;
  }
  return bytes.length;
}

/** The length of the sequence that begins at a place; 0 when there is none. */
function sequenceLength(bytes: Uint8Array, at: number): number {
  const first = bytes[at] ?? 0;
  if (first < 0x80) return 1;
  if (first < 0xc2 || first > 0xf4) return 0;
  const length = first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
  for (let index = 1; index < length; index++) {
    const byte = bytes[at + index] ?? 0;
    const [lowest, highest] = index === 1 ? rangeAfter(first) : [0x80, 0xbf];
    if (byte < lowest || byte > highest) return 0;
  }
  return length;
}

/** What may follow a first byte: no overlong forms, no surrogates, nothing above U+10FFFF. */
function rangeAfter(first: number): [lowest: number, highest: number] {
  if (first === 0xe0) return [0xa0, 0xbf];
  if (first === 0xed) return [0x80, 0x9f];
  if (first === 0xf0) return [0x90, 0xbf];
  return first === 0xf4 ? [0x80, 0x8f] : [0x80, 0xbf];
}
