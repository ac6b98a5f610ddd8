import { createHash } from "node:crypto";
import { encodeTime } from "ulid";

const DIGITS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/** An id that is always the same for the same content and time, so that importing twice imports once. */
export function contentId(timeMs: number, ...content: string[]): string {
  const hash = createHash("sha256").update(JSON.stringify(content)).digest();
  const random = [...hash.subarray(0, 16)].map((byte) => DIGITS.charAt(byte & 31)).join("");
  return encodeTime(Math.max(0, Math.floor(timeMs)), 10) + random;
}
