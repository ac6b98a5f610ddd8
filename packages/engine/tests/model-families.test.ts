import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { MODEL_FAMILIES, modelFamilyOf } from "../src/parsers/model-families.js";
import { FAMILY_SAMPLES } from "./family-samples.js";
import { MODEL_SAMPLES } from "./model-samples.js";
import { parseSample as parse } from "./parse-sample.js";

const cases = [
  ...FAMILY_SAMPLES.map((sample) => [`${sample.family}: ${sample.title}`, sample] as const),
  ...MODEL_SAMPLES.map((sample) => [`${sample.model}: ${sample.title}`, sample] as const),
];

describe("families of models", () => {
  it.each(cases)("%s", (_, sample) => {
    const { content = "", thinking = "", calls = [] } = sample.expected;
    expect(parse(sample, [sample.output])).toEqual({ content, thinking, calls });
  });

  it.each(cases)("gives the same wherever the output is cut: %s", (_, sample) => {
    const { output } = sample;
    const whole = parse(sample, [output]);
    expect(parse(sample, [...output])).toEqual(whole);
    for (let at = 1; at < output.length; at++) {
      expect(parse(sample, [output.slice(0, at), output.slice(at)])).toEqual(whole);
    }
    fc.assert(
      fc.property(fc.array(fc.nat(output.length), { maxLength: 20 }), (cuts) => {
        const places = [0, ...cuts.sort((a, b) => a - b), output.length];
        const pieces = places.slice(1).map((end, index) => output.slice(places[index], end));
        expect(parse(sample, pieces)).toEqual(whole);
      }),
      { numRuns: 50 },
    );
  });

  it.each(MODEL_FAMILIES.map(({ name }) => name))(
    "gives the same for any mixture of what it writes, at once or character by character: %s",
    (family) => {
      const outputs = FAMILY_SAMPLES.filter((sample) => sample.family === family).map(({ output }) => output);
      const piece = fc
        .tuple(fc.constantFrom(...outputs), fc.nat(), fc.nat(60))
        .map(([output, start, length]) => output.slice(start % output.length, (start % output.length) + length));
      const mixture = fc.array(fc.oneof(piece, fc.constantFrom(...outputs)), { maxLength: 5 });
      fc.assert(
        fc.property(mixture, fc.constantFrom("stop" as const, "length" as const), (pieces, ending) => {
          const output = pieces.join("");
          const sample = { family, title: "", output, ending, expected: {} };
          expect(parse(sample, [...output])).toEqual(parse(sample, [output]));
        }),
        { numRuns: 300 },
      );
    },
  );

  it.each(MODEL_FAMILIES.map(({ name }) => name))("has three samples at least: %s", (name) => {
    expect(FAMILY_SAMPLES.filter(({ family }) => family === name).length).toBeGreaterThanOrEqual(3);
  });

  it.each([...new Set(MODEL_SAMPLES.map(({ model }) => model))])(
    "has three samples of %s, whose parser reads them",
    (name) => {
      const samples = MODEL_SAMPLES.filter(({ model }) => model === name);
      expect(samples.length).toBeGreaterThanOrEqual(3);
      for (const { parser, family } of samples) {
        if (parser !== undefined) expect(modelFamilyOf({ parser, template: "" })?.name).toBe(family);
      }
    },
  );

  it("takes the parser that the manifest names before the one that the template teaches", () => {
    expect(modelFamilyOf({ parser: "ministral", template: "<arg_key>" })?.name).toBe("mistral");
    expect(modelFamilyOf({ parser: "unheard-of", template: "<arg_key>" })?.name).toBe("glm");
    expect(modelFamilyOf({ template: "{{ .Prompt }}" })).toBeUndefined();
  });
});
