import { readdirSync, readFileSync } from "node:fs";
import { Ajv2020 } from "ajv/dist/2020.js";
import ajvFormats from "ajv-formats";
import { describe, expect, it } from "vitest";
import { SchemaError, type SchemaGrammar, schemaToGrammar } from "../src/grammar/schema-to-grammar.js";
import { withKeyOrders } from "./gbnf/key-orders.js";
import { matchesGbnf } from "./gbnf/match-gbnf.js";
import { parseGbnf } from "./gbnf/parse-gbnf.js";
import { GbnfWalker, randomFrom } from "./gbnf/walk-gbnf.js";

interface SuiteGroup {
  description: string;
  schema: unknown;
  tests: { description: string; data: unknown; valid: boolean }[];
}

const FOLDER = new URL("./fixtures/json-schema-test-suite/", import.meta.url);
const FILES = readdirSync(FOLDER, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".json"));
const WALKS = 30;

function groupsOf(file: string): SuiteGroup[] {
  return JSON.parse(readFileSync(new URL(file, FOLDER), "utf8"));
}

function grammarOf(schema: unknown): SchemaGrammar | SchemaError {
  try {
    return schemaToGrammar(schema, { openWorld: true });
  } catch (error) {
    if (error instanceof SchemaError) return error;
    throw error;
  }
}

function validatorOf(schema: unknown): (value: unknown) => boolean {
  const validator = new Ajv2020({ strict: false, validateSchema: false, ownProperties: true, multipleOfPrecision: 9 });
  ajvFormats.default(validator);
  try {
    return validator.compile(schema as object);
  } catch (error) {
    // ajv resolves some nested addresses without end; these schemas have the suite's own instances only.
    if (error instanceof RangeError) return () => true;
    throw error;
  }
}

describe.each(FILES)("%s", (file) => {
  it.each(groupsOf(file).map((group) => [group.description, group] as const))("%s", (_, { schema, tests }) => {
    const result = grammarOf(schema);
    if (result instanceof SchemaError) {
      const outside = /only references within the schema/.test(result.message);
      expect(outside || tests.every((test) => !test.valid), result.message).toBe(true);
      return;
    }
    const grammar = parseGbnf(result.gbnf);
    const looser = result.unsupported.some(({ effect }) => effect === "looser");
    const stricter = result.unsupported.some(({ effect }) => effect === "stricter");
    const wrong = tests.filter(({ data, valid }) => {
      const admitted = withKeyOrders(data).some((variant) => matchesGbnf(grammar, JSON.stringify(variant)));
      return valid ? !admitted && !stricter : admitted && !looser;
    });
    expect(wrong).toEqual([]);

    const walker = new GbnfWalker(grammar);
    expect(walker.deadEnds).toEqual([]);
    const random = randomFrom(7);
    const walks = Array.from({ length: WALKS }, () => walker.walk(random));
    const validate = validatorOf(schema);
    expect(walks.map((text) => JSON.parse(text)).filter((value) => !looser && !validate(value))).toEqual([]);
  });
});
