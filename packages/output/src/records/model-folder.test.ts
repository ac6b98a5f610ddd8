import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { modelFolder, modelOfFolder } from "./model-folder.js";

const RESERVED = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i;
const awkward = fc.constantFrom(
  ..."aA.:/\\%+@~ \u0000\nÅé".split(""),
  "con",
  "..",
  "COM1",
  "%41",
  "%u0041",
  "C:\\",
  "\ud800",
  "\udc00",
);
const anyName = fc.oneof(
  fc.string({ unit: "binary", maxLength: 30 }),
  fc.array(awkward, { maxLength: 12 }).map((parts) => parts.join("")),
  fc.tuple(awkward, fc.integer({ min: 150, max: 4000 })).map(([part, times]) => part.repeat(times)),
);

describe("modelFolder", () => {
  it("gives every name one safe path component", () => {
    fc.assert(
      fc.property(anyName, (name) => {
        const folder = modelFolder(name);
        expect(folder).toMatch(/^[a-z0-9._%@+~-]{1,200}$/);
        expect(folder).not.toMatch(/^\.|\.$/);
        expect(folder).not.toMatch(RESERVED);
      }),
    );
  });

  it("is injective, also on a file system that ignores case", () => {
    fc.assert(
      fc.property(anyName, anyName, (a, b) => {
        fc.pre(a !== b);
        expect(modelFolder(a).toLowerCase()).not.toBe(modelFolder(b).toLowerCase());
      }),
      { numRuns: 1000 },
    );
  });

  it("can be undone, unless the name was too long to be spelled out", () => {
    fc.assert(
      fc.property(anyName, (name) => {
        const back = modelOfFolder(modelFolder(name));
        if (modelFolder(name).includes("~")) expect(back).toBeUndefined();
        else expect(back).toBe(name);
      }),
    );
  });

  it("is readable for usual names", () => {
    expect(modelFolder("llama3.2:1b")).toBe("llama3.2@1b");
    expect(modelFolder("hf.co/someone/model-GGUF:q4_k_m")).toBe("hf.co+someone+model-%47%47%55%46@q4_k_m");
    expect(modelFolder("../x")).toBe("%2e.+x");
    expect(modelFolder("nul")).toBe("%6eul");
  });
});
