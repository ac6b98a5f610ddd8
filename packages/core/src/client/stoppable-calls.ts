import type { CallOptions } from "@codo/ollama-contract";
import type { ExecutorReplyLine } from "../wire/executor-client.js";

/** The lines of an answer that has begun. */
export interface ReplyLines {
  each(visit: (line: ExecutorReplyLine) => void): Promise<void>;
}

/** A streamed call of a client of ours: it can be stopped from the start, and gives its lines to a visitor. */
export interface StoppableCall extends PromiseLike<ReplyLines> {
  abort(): void;
}

/** `chat` or `generate` of a client of ours. */
export type StoppableMethod = (this: unknown, request: object, call: CallOptions) => StoppableCall;

const methods = new WeakSet<object>();

/**
 * Says that a method gives {@link StoppableCall}s. It is the method that is known and not its client: what overrides, wraps
 * or replaces one may give something else, and is therefore given a signal, and iterated.
 */
export function markStoppable(...own: readonly object[]): void {
  for (const method of own) methods.add(method);
}

/** Whether a client's method gives {@link StoppableCall}s. */
export function returnsStoppableCalls(method: object): method is StoppableMethod {
  return methods.has(method);
}
