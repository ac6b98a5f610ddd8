import type { CallScope } from "../deadlines/call-scope.js";
import { brokenAnswerError } from "../server-errors/connection-errors.js";
import type { ByteSource } from "./transport.js";

/** What differs between readers of a body's stream. */
export interface BodyStreamOptions {
  /** What a stream fails with. @defaultValue the error itself */
  failWith?: (error: unknown) => unknown;
}

/**
 * A body as a stream of bytes, which finishes the call's scope at its end. A piece is asked for when the reader wants it,
 * so that a reader that does not read slows the server down (backpressure); to cancel closes the connection.
 */
export function toReadableBody(
  body: ByteSource,
  scope: CallScope,
  { failWith = (error) => error }: BodyStreamOptions = {},
): ReadableStream<Uint8Array<ArrayBuffer>> {
  // What was on its way when the reader left comes after it: the stream takes nothing more then.
  let isCancelled = false;
  return new ReadableStream<Uint8Array<ArrayBuffer>>(
    {
      start: (controller) => {
        scope.onFailure((failure) => {
          body.destroy();
          controller.error(failWith(failure));
        });
        body.connect({
          data: (bytes) => {
            if (isCancelled) return;
            scope.answering();
            scope.received();
            controller.enqueue(bytes as Uint8Array<ArrayBuffer>);
          },
          end: () => {
            if (isCancelled) return;
            scope.finish();
            controller.close();
          },
          fail: (error) => {
            if (isCancelled || scope.failure !== undefined) return;
            scope.finish();
            controller.error(failWith(brokenAnswerError(error, scope.description)));
          },
        });
      },
      pull: () => {
        scope.waiting();
        body.ask();
      },
      cancel: () => {
        isCancelled = true;
        body.destroy();
        scope.finish();
      },
    },
    { highWaterMark: 0 },
  );
}
