import { decodeTime, isValid } from "ulid";
import { expect, it } from "vitest";
import { createIdFactory } from "./id-factory.js";

it("ids are ULIDs, all different, and sort as they were made", () => {
  const nextId = createIdFactory();
  const ids = Array.from({ length: 2000 }, () => nextId());
  expect(ids.every((id) => isValid(id))).toBe(true);
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids.toSorted()).toEqual(ids);
});

it("every character after the time is drawn, from the whole alphabet", () => {
  // A factory of its own for each: ids of one factory in one millisecond count up.
  const tails = Array.from({ length: 600 }, () => createIdFactory()(0).slice(10));
  for (let place = 0; place < 16; place++) {
    expect(new Set(tails.map((tail) => tail[place])).size, `place ${place}`).toBe(32);
  }
});

it.each([0, 1, 1_469_918_176_385, 2 ** 48 - 1])("the time %i can be read from an id", (timeMs) => {
  expect(decodeTime(createIdFactory()(timeMs))).toBe(timeMs);
});

it("a later id of the same or of an earlier millisecond is the next number", () => {
  const nextId = createIdFactory();
  const first = nextId(5_000);
  const second = nextId(5_000);
  const third = nextId(4_000);
  expect([first, second, third].toSorted()).toEqual([first, second, third]);
  expect(decodeTime(third)).toBe(5_000);
});
