import { expectTypeOf, it } from "vitest";
import { untilAborted } from "./until-aborted.js";
import { type Waiter, waitForEach } from "./waiter.js";

declare const signal: AbortSignal | undefined;

it("keeps the type of what is waited for", () => {
  expectTypeOf(untilAborted(1, signal)).toEqualTypeOf<Promise<number>>();
  expectTypeOf(untilAborted(Promise.resolve("a"), signal)).toEqualTypeOf<Promise<string>>();
});

it("calls a visitor with the values of its waiters", () => {
  const waiters: Waiter<{ token: string }>[] = [];
  waitForEach(
    waiters,
    (value) => expectTypeOf(value).toEqualTypeOf<{ token: string }>(),
    () => {},
  );
  const numbers = (value: number): number => value;
  // @ts-expect-error: a visitor of numbers can't take these values
  waitForEach(waiters, numbers, () => {});
});
