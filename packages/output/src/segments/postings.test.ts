import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ByteWriter } from "./byte-writer.js";
import {
  addPostings,
  decodePostings,
  encodePostings,
  MAX_FREQUENCY,
  POSTING_UNIT,
  postingsOfSums,
} from "./postings.js";

describe("postings", () => {
  it("come back as they were written, up to the largest document numbers", () => {
    const documents = fc.uniqueArray(fc.nat({ max: 2 ** 32 - 2 }), { maxLength: 60 });
    fc.assert(
      fc.property(documents, fc.integer({ min: 1, max: MAX_FREQUENCY }), (docs, frequency) => {
        const sorted = [...docs].sort((a, b) => a - b);
        const writer = new ByteWriter(1);
        encodePostings(
          writer,
          sorted.map((doc) => doc * POSTING_UNIT + frequency),
        );
        const read = decodePostings(writer.view, sorted.length);
        expect([...read.docs]).toEqual(sorted);
        expect(read.frequencies.every((value) => value === frequency)).toBe(true);
      }),
    );
  });

  it("that are cut short are noticed", () => {
    const writer = new ByteWriter();
    encodePostings(writer, [5 * POSTING_UNIT + 1, 900 * POSTING_UNIT + 2]);
    expect(() => decodePostings(writer.view.subarray(0, -1), 2)).toThrow(RangeError);
  });

  it("of several terms are summed up, each document's no further than a frequency goes", () => {
    const sums = new Uint8Array(10);
    const lists = [[1, 3], [3, 9], [3]].map((docs, i) => docs.map((doc) => doc * POSTING_UNIT + (i === 0 ? 2 : 8)));
    for (const packed of lists) {
      const writer = new ByteWriter();
      encodePostings(writer, packed);
      addPostings(writer.view, packed.length, sums);
    }
    const { docs, frequencies } = postingsOfSums(sums);
    expect([[...docs], [...frequencies]]).toEqual([
      [1, 3, 9],
      [2, MAX_FREQUENCY, 8],
    ]);
  });
});
