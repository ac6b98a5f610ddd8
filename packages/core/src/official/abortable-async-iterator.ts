import { StreamCall } from "../client/stream-call.js";
import { JsonLineReader, type OllamaStream } from "../ndjson/json-line-reader.js";

/** The official client's name of {@link OllamaStream}: iterable, with `abort()`. */
export interface AbortableAsyncIterator<T> extends OllamaStream<T> {}

/** For `instanceof`, which holds for what `stream: true` gives, awaited or not. */
export const AbortableAsyncIterator: { [Symbol.hasInstance](value: unknown): boolean } = {
  [Symbol.hasInstance]: (value) => value instanceof JsonLineReader || value instanceof StreamCall,
};
