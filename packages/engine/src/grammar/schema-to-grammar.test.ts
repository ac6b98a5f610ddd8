import { Ajv2020 } from "ajv/dist/2020.js";
import ajvFormats from "ajv-formats";
import { describe, expect, it } from "vitest";
import { matchesGbnf } from "../../tests/gbnf/match-gbnf.js";
import { parseGbnf } from "../../tests/gbnf/parse-gbnf.js";
import { GbnfWalker, randomFrom } from "../../tests/gbnf/walk-gbnf.js";
import { SchemaError, schemaToGrammar } from "./schema-to-grammar.js";

/** Whether the grammar of a schema has a JSON text. */
function admits(schema: unknown, text: string): boolean {
  return matchesGbnf(parseGbnf(schemaToGrammar(schema).gbnf), text);
}

function walks(schema: object, count = 60): unknown[] {
  const walker = new GbnfWalker(parseGbnf(schemaToGrammar(schema).gbnf));
  const random = randomFrom(11);
  return Array.from({ length: count }, () => JSON.parse(walker.walk(random)));
}

function invalid(schema: object, values: unknown[]): unknown[] {
  const validator = new Ajv2020({ strict: false, multipleOfPrecision: 9 });
  ajvFormats.default(validator);
  const validate = validator.compile(schema);
  return values.filter((value) => !validate(value));
}

const PERSON = {
  type: "object",
  properties: {
    name: { type: "string" },
    age: { type: "integer", minimum: 0, maximum: 130 },
    note: { type: "string" },
  },
  required: ["name", "age"],
};

describe("what people mean who ask for output", () => {
  it("writes the listed properties in their order and no others", () => {
    expect(admits(PERSON, '{"name": "Bob", "age": 5}')).toBe(true);
    expect(admits(PERSON, '{"name":"Bob","age":130,"note":""}')).toBe(true);
    expect(admits(PERSON, '{"age":5,"name":"Bob"}')).toBe(false);
    expect(admits(PERSON, '{"name":"Bob"}')).toBe(false);
    expect(admits(PERSON, '{"name":"Bob","age":131}')).toBe(false);
    expect(admits(PERSON, '{"name":"Bob","age":5,"x":1}')).toBe(false);
    expect(schemaToGrammar(PERSON).unsupported).toEqual([]);
  });

  it("lets no white space run on: one space after a colon or a comma, none at the end", () => {
    for (const text of ['{ "name":"Bob","age":5}', '{"name":  "Bob","age":5}', '{"name":"Bob","age":5}\n']) {
      expect(admits(PERSON, text)).toBe(false);
    }
  });

  it("adds further properties where the schema says so", () => {
    const schema = { ...PERSON, additionalProperties: { type: "integer" } };
    expect(admits(schema, '{"name":"Bob","age":5,"x":1,"y":2}')).toBe(true);
    expect(admits(schema, '{"name":"Bob","age":5,"x":"1"}')).toBe(false);
    expect(admits(schema, '{"name":"Bob","age":5,"name":1}')).toBe(false);
  });

  it("takes an object for one when its type is missing, and a tuple for whole", () => {
    expect(admits({ properties: { a: { type: "null" } }, required: ["a"] }, "[]")).toBe(false);
    const tuple = { type: "array", prefixItems: [{ type: "integer" }, { type: "string" }] };
    expect(admits(tuple, '[1, "a"]')).toBe(true);
    expect(admits(tuple, "[1]")).toBe(false);
  });

  it("merges the parts of an allOf, also those that close themselves by unevaluatedProperties", () => {
    const schema = {
      allOf: [{ $ref: "#/$defs/named" }, { properties: { age: { type: "integer" } }, required: ["age"] }],
      unevaluatedProperties: false,
      $defs: { named: { properties: { name: { type: "string", minLength: 2 } }, required: ["name"] } },
    };
    expect(admits(schema, '{"name":"Bo","age":5}')).toBe(true);
    expect(admits(schema, '{"name":"B","age":5}')).toBe(false);
    expect(invalid(schema, walks(schema))).toEqual([]);
  });

  it("follows recursion", () => {
    const tree = {
      $ref: "#/$defs/node",
      $defs: {
        node: {
          type: "object",
          properties: { value: { type: "integer" }, children: { type: "array", items: { $ref: "#/$defs/node" } } },
          required: ["value", "children"],
        },
      },
    };
    expect(admits(tree, '{"value":1,"children":[{"value":2,"children":[]}]}')).toBe(true);
    expect(invalid(tree, walks(tree))).toEqual([]);
  });

  it("keeps a condition on a discriminating property", () => {
    const schema = {
      type: "object",
      properties: { country: { enum: ["US", "NL"] }, code: { type: "string" } },
      required: ["country", "code"],
      if: { properties: { country: { const: "US" } } },
      // biome-ignore lint/suspicious/noThenProperty: it is JSON Schema's keyword.
      then: { properties: { code: { pattern: "^\\d{5}$" } } },
      else: { properties: { code: { pattern: "^\\d{4} [A-Z]{2}$" } } },
    };
    expect(schemaToGrammar(schema).unsupported).toEqual([]);
    expect(admits(schema, '{"country":"US","code":"12345"}')).toBe(true);
    expect(admits(schema, '{"country":"NL","code":"12345"}')).toBe(false);
    expect(invalid(schema, walks(schema))).toEqual([]);
  });
});

describe("numbers", () => {
  const bounds: [schema: object, inside: string[], outside: string[]][] = [
    [{ type: "integer", minimum: 5 }, ["5", "10", "123456"], ["4", "0", "-5", "05"]],
    [{ type: "integer", minimum: -3, maximum: 12 }, ["-3", "0", "12"], ["-4", "13", "-0", "100"]],
    [{ type: "integer", exclusiveMinimum: 99, exclusiveMaximum: 102 }, ["100", "101"], ["99", "102"]],
    [{ type: "number", minimum: 0, maximum: 1 }, ["0", "0.5", "1", "1.0", "0.001"], ["1.1", "-0.1", "2"]],
    [{ type: "number", exclusiveMinimum: -0.5, maximum: 2.25 }, ["-0.49", "2.25", "2.2"], ["-0.5", "2.26", "-1"]],
    [{ type: "number", exclusiveMaximum: 0 }, ["-0.1", "-7"], ["0", "0.0", "1"]],
    [{ type: "integer", multipleOf: 7 }, ["0", "7", "-14", "700"], ["1", "15"]],
    [{ type: "number", multipleOf: 0.25 }, ["0.25", "1", "1.5", "-2.75"], ["0.3", "1.26"]],
    [
      { type: "integer", minimum: -9007199254740991, maximum: 9007199254740991 },
      ["9007199254740991"],
      ["9007199254740992"],
    ],
  ];

  it.each(bounds)("%j", (schema, inside, outside) => {
    expect(inside.filter((text) => !admits(schema, text))).toEqual([]);
    expect(outside.filter((text) => admits(schema, text))).toEqual([]);
    expect(invalid(schema, walks(schema))).toEqual([]);
  });
});

describe("what a grammar can't say", () => {
  it.each([
    [{ type: "array", items: { type: "integer" }, uniqueItems: true }, "#", "uniqueItems", "looser"],
    [{ properties: { a: { type: "string", pattern: "(a)\\1" } } }, "#/properties/a", "pattern", "looser"],
    [{ type: "string", format: "email" }, "#", "format", "stricter"],
    [{ type: "string", format: "colour" }, "#", "format", "looser"],
    [{ type: "string", maxLength: 100_000 }, "#", "maxLength", "stricter"],
    [{ type: "string", contentMediaType: "application/json" }, "#", "contentMediaType", "looser"],
    [{ type: "string", contentEncoding: "quoted-printable" }, "#", "contentEncoding", "looser"],
    [{ properties: { id: { const: 2 ** 63 } } }, "#/properties/id", "const", "looser"],
    [{ enum: [{ id: [2 ** 60] }, null] }, "#", "enum", "looser"],
    [{ type: "integer", maximum: 2 ** 63 }, "#", "maximum", "looser"],
    [{ type: "integer", exclusiveMinimum: -(2 ** 63) }, "#", "exclusiveMinimum", "looser"],
    [{ oneOf: [{ type: "integer" }, { minimum: 2, type: "number" }] }, "#", "oneOf", "looser"],
  ])("is named: %j", (schema, path, keyword, effect) => {
    expect(schemaToGrammar(schema).unsupported).toMatchObject([{ path, keyword, effect }]);
  });

  it("does not complain of a oneOf whose branches a property tells apart", () => {
    const branch = (kind: string) => ({ type: "object", properties: { kind: { const: kind } }, required: ["kind"] });
    expect(schemaToGrammar({ oneOf: [branch("a"), branch("b")] }).unsupported).toEqual([]);
  });
});

describe("schemas that are wrong", () => {
  it.each([
    [{ type: "nonsense" }, 'Unrecognized schema: {"type":"nonsense"}'],
    [{ $ref: "#/nope" }, 'Error resolving ref #/nope: nope not in {"$ref":"#/nope"}'],
    [{ type: "string", pattern: "(" }, 'pattern at #: "(" is not a regular expression'],
    [{ $ref: "#" }, "Error resolving ref at #: the schema refers to itself without end"],
    [{ type: "string", enum: [1] }, 'No value satisfies the schema: {"type":"string","enum":[1]}'],
    [
      { type: "object", properties: { next: { $ref: "#" } }, required: ["next"] },
      'No value satisfies the schema: {"type":"object","properties":{"next":{"$ref":"#"}},"required":["next"]}',
    ],
  ])("%j", (schema, message) => {
    expect(() => schemaToGrammar(schema)).toThrow(new SchemaError(message));
  });
});

describe("texts and numbers of other systems", () => {
  it.each([
    ["base64", ["", "YWI=", "YWJjZA==", "YWJj"], ["YWI", "a", "YW=I", "Y W I="]],
    ["base64url", ["", "YWI", "_-8A"], ["YWI=", "a", "+/8A"]],
    ["base16", ["", "0aFF"], ["0", "0g"]],
    ["base32", ["", "MFRGG===", "MFRGGZDF"], ["MFRGG", "mfrgg==="]],
    ["8bit", ["any text"], []],
  ])("contentEncoding %s is kept to", (contentEncoding, inside, outside) => {
    const schema = { type: "string", contentEncoding };
    expect(inside.filter((text) => !admits(schema, JSON.stringify(text)))).toEqual([]);
    expect(outside.filter((text) => admits(schema, JSON.stringify(text)))).toEqual([]);
  });

  it("whole numbers of 64 bits have all their digits", () => {
    for (const schema of [{ type: "integer" }, { type: "integer", minimum: 0 }, { type: "number" }]) {
      expect(admits(schema, "18446744073709551615")).toBe(true);
      expect(admits(schema, "184467440737095516150")).toBe(false);
    }
  });
});

describe("long enumerations", () => {
  const value = (index: number) => `value ${index} of "the" list – ${(index * 7919) % 10_007}`;
  const values = (count: number) => Array.from({ length: count }, (_, index) => value(index));

  it.each([
    ["without a type", (list: unknown[]) => ({ enum: list })],
    ["with a type", (list: unknown[]) => ({ type: "string", enum: list })],
    ["as oneOf", (list: unknown[]) => ({ type: "string", oneOf: list.map((one) => ({ const: one })) })],
    ["of the values that two schemas share", (list: unknown[]) => ({ allOf: [{ enum: list }, { enum: list }] })],
  ])("are kept to: 1000 texts %s", (_, schemaOf) => {
    const grammar = schemaToGrammar(schemaOf(values(1000)));
    const rules = parseGbnf(grammar.gbnf);
    expect(grammar.unsupported).toEqual([]);
    const some = values(1000).filter((_, index) => index % 97 === 0);
    expect(some.filter((one) => !matchesGbnf(rules, JSON.stringify(one)))).toEqual([]);
    for (const other of [value(1000), "value 1", "", `${value(3)} `]) {
      expect(matchesGbnf(rules, JSON.stringify(other))).toBe(false);
    }
  });

  it("are kept to with values of all kinds among them", () => {
    const mixed = [null, true, 1.5, "a", { a: [1, "b"] }, [], [2], ["x"], [4, 5], [6], [7], ...values(400)];
    const rules = parseGbnf(schemaToGrammar({ enum: mixed }).gbnf);
    const some = mixed.filter((_, index) => index < 12 || index % 50 === 0);
    expect(some.filter((one) => !matchesGbnf(rules, JSON.stringify(one)))).toEqual([]);
    expect(matchesGbnf(rules, '{"a": [1, "b"]}')).toBe(true);
    expect(matchesGbnf(rules, "[3]")).toBe(false);
  });

  it("share their beginnings and ends: ten thousand texts are a grammar that llama.cpp reads at once", () => {
    const list = Array.from({ length: 10_000 }, (_, index) => `item ${index} of the catalogue`);
    expect(schemaToGrammar({ enum: list }).gbnf.length).toBeLessThan(2000);
    expect(schemaToGrammar({ enum: values(3000) }).gbnf.length).toBeLessThan(200_000);
  });
});

describe("schemas that are too much for a grammar", () => {
  const letters = (index: number) => String.fromCodePoint(97 + (index % 26));
  const noise = (index: number) =>
    Array.from({ length: 100 }, (_, at) => letters((index * 31 + at * at * 17 + ((index * at) >> 3)) % 997)).join("");
  const objects = (count: number, of: string) =>
    Array.from({ length: count }, (_, at) => ({ properties: { [`${of}${at}`]: { type: "null" } }, type: "object" }));

  it.each([
    [{ enum: Array.from({ length: 5000 }, (_, index) => noise(index)) }, /5000 values at #/],
    [{ type: "array", items: { type: "null" }, minItems: 5000 }, /minItems at #: 5000/],
    [{ type: "string", minLength: 50_000 }, /minLength at #: 50000/],
    [{ type: "string", pattern: "^(a|b){0,3000}[a-f]{0,3000}$" }, /pattern at #: .*too much/],
    [{ allOf: [{ anyOf: objects(40, "a") }, { anyOf: objects(40, "b") }] }, /too many combinations/],
  ])("are refused with what was too much, not loosened: %#", (schema, message) => {
    expect(() => schemaToGrammar(schema)).toThrow(SchemaError);
    expect(() => schemaToGrammar(schema)).toThrow(message);
  });

  it("are not made by depth alone: the names of rules within rules stay short", () => {
    let schema: object = { type: "integer" };
    for (let depth = 0; depth < 200; depth++) schema = { type: "array", items: schema };
    expect(schemaToGrammar(schema).gbnf.length).toBeLessThan(60_000);
  });
});
