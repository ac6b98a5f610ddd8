import { createIdFactory } from "@codo/ollama-contract";
import { decodeTime } from "ulid";

const ULID = /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/;
const LAST_YEAR = Date.UTC(9999, 11, 31);
const next = createIdFactory();

/** A new ULID: unique, and later than every one made before in this process. */
export function newRecordId(timeMs: number): string {
  return next(timeMs);
}

/** Whether a text is a ULID, and so fit to be a record's id and part of its file name. */
export function isRecordId(value: unknown): value is string {
  return typeof value === "string" && ULID.test(value);
}

/** Whether a time, in milliseconds since 1970, is within the years 1970 to 9999, which a record's path can hold. */
export function isRecordTime(timeMs: number): boolean {
  return timeMs >= 0 && timeMs <= LAST_YEAR;
}

/** The first of the candidates that is a date within the years 1970 to 9999, as ISO 8601; else the id's own time. */
export function recordTime(id: string, ...candidates: unknown[]): string {
  for (const candidate of candidates) {
    const timeMs = typeof candidate === "string" || typeof candidate === "number" ? new Date(candidate).getTime() : NaN;
    if (isRecordTime(timeMs)) return new Date(timeMs).toISOString();
  }
  return new Date(Math.min(decodeTime(id), LAST_YEAR)).toISOString();
}
