import { Schema as Effect4 } from "effect";
import { Schema as Effect3, JSONSchema } from "effect3";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import * as mini from "zod/mini";
import { z as z3 } from "zod3";
import { z as z3v4 } from "zod3/v4";
import { z as z40 } from "zod40";
import { jsonCandidates } from "./extract-json.js";
import { toValueSchema } from "./value-schema.js";

describe("a schema of zod", () => {
  it.each([
    ["4, latest", z.object({ n: z.int() })],
    ["mini", mini.object({ n: mini.int() })],
    ["4.0", z40.object({ n: z40.int() })],
    ["3.25, as zod/v4", z3v4.object({ n: z3v4.int() })],
  ])("%s asks for its value and checks it", async (_version, schema) => {
    const { jsonSchema, validate } = await toValueSchema<{ n: number }>(schema as never);
    expect(jsonSchema).toMatchObject({ type: "object", properties: { n: { type: "integer" } }, required: ["n"] });
    expect(await validate({ n: 1 })).toEqual({ value: { n: 1 } });
    expect((await validate({ n: "x" })).issues).toHaveLength(1);
  });

  it("3 is refused with what to do", async () => {
    const refused = toValueSchema(z3.object({ n: z3.number() }) as never);
    await expect(refused).rejects.toMatchObject({
      code: "INVALID_REQUEST",
      message: expect.stringContaining("zod 3 cannot be written as JSON Schema. Write it with zod 4"),
    });
  });
});

describe("a schema of Effect", () => {
  const four = Effect4.Struct({ n: Effect4.Int });
  const three = Effect3.Struct({ n: Effect3.Int });

  it("4, a Standard Schema with its JSON Schema, asks for its value and checks it", async () => {
    const both = Effect4.toStandardSchemaV1(Effect4.toStandardJSONSchemaV1(four));
    const { jsonSchema, validate } = await toValueSchema<{ n: number }>(both as never);
    expect(jsonSchema).toMatchObject({ type: "object", properties: { n: { type: "integer" } }, required: ["n"] });
    expect(await validate({ n: 1 })).toEqual({ value: { n: 1 } });
    expect((await validate({ n: "x" })).issues).toEqual([expect.stringContaining("/n: ")]);
  });

  it("3 as JSON Schema asks for its value and checks it", async () => {
    const { validate } = await toValueSchema(JSONSchema.make(three) as never);
    expect(await validate({ n: 1 })).toEqual({ value: { n: 1 } });
    expect((await validate({ n: "x" })).issues).not.toBeUndefined();
  });

  it.each([
    ["4, as it is", four],
    ["4, with its check alone", Effect4.toStandardSchemaV1(four)],
    ["4, with its JSON Schema alone", Effect4.toStandardJSONSchemaV1(four)],
    ["3, as it is", three],
    ["3, as a Standard Schema", Effect3.standardSchemaV1(three)],
  ])("%s is refused with what to give", async (_version, schema) => {
    await expect(toValueSchema(schema as never)).rejects.toMatchObject({
      code: "INVALID_REQUEST",
      message: expect.stringContaining("Schema.toStandardSchemaV1(Schema.toStandardJSONSchemaV1(schema))"),
    });
  });
});

it.each([[() => 1], [class Schema {}], [[{ type: "object" }]], [null], ["{}"]])(
  "what is no schema is refused: %s",
  async (schema) => {
    await expect(toValueSchema(schema as never)).rejects.toMatchObject({ code: "INVALID_REQUEST" });
  },
);

describe("a thought", () => {
  it.each([
    ["with both tags", '<think>{"n":1} perhaps</think>{"n":2}'],
    ["without its opening tag", 'perhaps {"n":1}, no\n</think>\n\n{"n":2}'],
  ])("%s is no answer", (_what, text) => {
    expect([...jsonCandidates(text)]).toEqual([{ n: 2 }]);
  });

  it("inside of a text is a part of it", () => {
    expect([...jsonCandidates('{"s":"a </think> b"}')]).toEqual([{ s: "a </think> b" }]);
  });
});
