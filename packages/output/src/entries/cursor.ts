import { OllamaError } from "@codo/ollama-contract";

/** A place in the order newest first: that of one entry. */
export interface ListPosition {
  createdMs: number;
  id: string;
}

const CURSOR = /^(\d{1,15})-([0-9A-Z]{26})$/;

/** The cursor that continues after an entry. It stays valid while records come and go. */
export function encodeCursor(position: ListPosition): string {
  return Buffer.from(`${position.createdMs}-${position.id}`).toString("base64url");
}

/** Reads a cursor. @throws INVALID_REQUEST when it is none. */
export function decodeCursor(cursor: string): ListPosition {
  const match = CURSOR.exec(Buffer.from(cursor, "base64url").toString());
  if (match?.[2] === undefined) {
    throw new OllamaError("INVALID_REQUEST", `"${cursor}" is not a cursor. Pass the nextCursor of the page before.`);
  }
  return { createdMs: Number(match[1]), id: match[2] };
}
