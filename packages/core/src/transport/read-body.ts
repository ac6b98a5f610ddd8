import { OllamaError } from "@codo/ollama-contract";
import { type CallScope, describeCall } from "../deadlines/call-scope.js";
import { brokenAnswerError } from "../server-errors/connection-errors.js";
import type { ByteSource, Transport } from "./transport.js";

/** The largest answer that is taken in one piece, in bytes: 256 MiB, ten times what any endpoint sends. */
const MAX_BODY_BYTES = 256 * 1024 * 1024;

/** A whole body as text. @throws OllamaError `CONNECTION_LOST`, or the scope's failure */
export function readText(body: ByteSource, scope: CallScope, decode: Transport["decode"]): Promise<string> {
  return new Promise((resolve, reject) => {
    const pieces: Uint8Array[] = [];
    let sizeBytes = 0;
    const fail = (error: unknown): void => {
      body.destroy();
      reject(error);
    };
    scope.onFailure(fail);
    body.connect({
      data: (bytes) => {
        if (pieces.length === 0) scope.answering();
        scope.received();
        pieces.push(bytes);
        sizeBytes += bytes.length;
        if (sizeBytes > MAX_BODY_BYTES) return fail(tooLargeError(scope));
        scope.waiting();
        body.ask();
      },
      end: () => resolve(decode(concat(pieces))),
      fail: (error) => fail(scope.failure ?? brokenAnswerError(error, scope.description)),
    });
    body.ask();
  });
}

function tooLargeError({ description }: CallScope): OllamaError {
  const message = `The answer to ${describeCall(description)} is larger than ${MAX_BODY_BYTES} bytes, and was not read to its end.`;
  const advice = "Ask for less at once, or check that an Ollama serves there.";
  return new OllamaError("STREAM_CORRUPT", message, {
    advice,
    details: { ...description, limitBytes: MAX_BODY_BYTES },
  });
}

function concat(pieces: Uint8Array[]): Uint8Array {
  const [first] = pieces;
  if (first !== undefined && pieces.length === 1) return first;
  const whole = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let offset = 0;
  for (const piece of pieces) {
    whole.set(piece, offset);
    offset += piece.length;
  }
  return whole;
}
