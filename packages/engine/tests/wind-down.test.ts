import { readFileSync } from "node:fs";
import { Ajv2020 } from "ajv/dist/2020.js";
import ajvFormats from "ajv-formats";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { schemaToGrammar } from "../src/grammar/schema-to-grammar.js";
import { matchesGbnf } from "./gbnf/match-gbnf.js";
import { parseGbnf } from "./gbnf/parse-gbnf.js";
import { GbnfWalker, randomFrom } from "./gbnf/walk-gbnf.js";

interface RealWorldCase {
  name: string;
  schema: object;
}

const CASES: RealWorldCase[] = JSON.parse(
  readFileSync(new URL("./fixtures/real-world-schemas.json", import.meta.url), "utf8"),
);
/** No ending of these schemas needs more, wherever a text was left. */
const LONGEST_ENDING = 1200;

describe.each(CASES)("$name", ({ schema }) => {
  const grammar = schemaToGrammar(schema);
  const full = parseGbnf(grammar.gbnf);
  const walker = new GbnfWalker(full);
  const validator = new Ajv2020({ strict: false, multipleOfPrecision: 2 });
  ajvFormats.default(validator);
  const validate = validator.compile(schema);

  it("gives valid values only", () => {
    const random = randomFrom(3);
    const values = Array.from({ length: 100 }, () => JSON.parse(walker.walk(random)));
    expect(values.filter((value) => !validate(value))).toEqual([]);
  });

  it("comes to a valid end wherever it is cut", () => {
    fc.assert(
      fc.property(fc.nat(), fc.double({ min: 0, max: 1, noNaN: true }), (seed, share) => {
        const random = randomFrom(seed);
        const characters = [...walker.walk(random)];
        const begun = characters.slice(0, Math.floor(characters.length * share)).join("");
        const ending = grammar.ending(begun);
        if (ending === undefined) {
          expect(validate(JSON.parse(begun))).toBe(true);
          return;
        }
        const whole = begun + new GbnfWalker(parseGbnf(ending)).walk(random, Number.POSITIVE_INFINITY);
        expect(whole.length - begun.length).toBeLessThan(LONGEST_ENDING);
        expect(matchesGbnf(full, whole)).toBe(true);
        expect(validate(JSON.parse(whole))).toBe(true);
      }),
      { numRuns: 30 },
    );
  });
});

it("has no way on after a text that the grammar does not have", () => {
  expect(schemaToGrammar({ type: "integer" }).ending("abc")).toBeUndefined();
});
