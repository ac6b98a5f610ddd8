import type { RequestBody } from "./transport.js";

/** Whether a body can be sent again: a stream is gone once it was sent. */
export function isReplayable(body: RequestBody | undefined): boolean {
  return body === undefined || typeof body === "string" || body instanceof Uint8Array || body instanceof Blob;
}
