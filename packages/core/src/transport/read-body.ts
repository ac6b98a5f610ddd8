import type { CallScope } from "../deadlines/call-scope.js";
import { brokenAnswerError } from "./connection-errors.js";
import type { ByteSource, Transport } from "./transport.js";

/** A whole body as text. @throws OllamaError `CONNECTION_LOST`, or the scope's failure */
export function readText(body: ByteSource, scope: CallScope, decode: Transport["decode"]): Promise<string> {
  return new Promise((resolve, reject) => {
    const pieces: Uint8Array[] = [];
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
        scope.waiting();
        body.ask();
      },
      end: () => resolve(decode(concat(pieces))),
      fail: (error) => fail(scope.failure ?? brokenAnswerError(error, scope.description)),
    });
    body.ask();
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
