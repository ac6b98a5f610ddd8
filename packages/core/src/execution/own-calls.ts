import type { ExecutorReplyLine } from "./executor-client.js";

/** A streamed call of a client of ours: it can be told to stop from the start, and brings its lines to a visitor. */
export interface OwnCall extends PromiseLike<unknown> {
  abort(): void;
  each(visit: (line: ExecutorReplyLine) => void): Promise<void>;
}

const methods = new WeakSet<object>();

/**
 * Says that a method gives {@link OwnCall}s. It is the method that is known and not its client: whoever overrides,
 * wraps or replaces one gives something else, and has it called and iterated as any other client's.
 */
export function giveOwnCalls(...own: readonly object[]): void {
  for (const method of own) methods.add(method);
}

/** Whether a client's method gives {@link OwnCall}s. */
export function givesOwnCalls(method: object): boolean {
  return methods.has(method);
}
