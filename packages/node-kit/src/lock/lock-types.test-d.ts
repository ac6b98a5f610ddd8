import { expectTypeOf, it } from "vitest";
import { type FileLock, type Trace, withFileLock } from "../index.js";

declare const trace: Trace;

it("gives back what the work under a lock gives", () => {
  const work = async (lock: FileLock): Promise<number> => (lock ? 1 : 0);
  expectTypeOf(withFileLock("file", work)).toEqualTypeOf<Promise<number>>();
});

it("gives back what the traced work gives", () => {
  expectTypeOf(trace.within(() => "text")).toEqualTypeOf<string>();
});
