import * as v from "valibot";
import { expectTypeOf, it } from "vitest";
import { z } from "zod";
import { type AnyTool, defineTool, type ModelRunner, type StructuredAnswer, type Tool } from "../index.js";

declare const runner: ModelRunner;

it("gives a tool the arguments of its schema", () => {
  const byZod = defineTool({
    name: "weather",
    parameters: z.object({ city: z.string(), days: z.number().optional() }),
    execute: ({ city, days }) => [city, days],
  });
  expectTypeOf(byZod).toExtend<Tool<{ city: string; days?: number | undefined }>>();
  const byValibot = defineTool({
    name: "weather",
    parameters: v.object({ city: v.string() }),
    execute: ({ city }, { step }) => `${city} ${step}`,
  });
  expectTypeOf(byValibot).toEqualTypeOf<Tool<{ city: string }>>();
  expectTypeOf([byZod, byValibot]).toExtend<AnyTool[]>();
});

it("finds an argument that the schema does not have", () => {
  defineTool({
    name: "weather",
    parameters: v.object({ city: v.string() }),
    // @ts-expect-error: the schema calls it `city`
    execute: ({ town }) => town,
  });
});

it("lets the caller say what a JSON Schema stands for", () => {
  const parameters = { type: "object", properties: { n: { type: "number" } } };
  expectTypeOf(defineTool<{ n: number }>({ name: "double", parameters, execute: ({ n }) => 2 * n })).toEqualTypeOf<
    Tool<{ n: number }>
  >();
  expectTypeOf(defineTool({ name: "now", execute: () => 0 })).toExtend<AnyTool>();
});

it("knows nothing of a value that a plain JSON Schema describes, unless it is told", () => {
  expectTypeOf(runner.runStructured("m", "p", { type: "object" })).toEqualTypeOf<Promise<StructuredAnswer<unknown>>>();
  expectTypeOf(runner.runStructured<{ n: number }>("m", "p", { type: "object" })).toEqualTypeOf<
    Promise<StructuredAnswer<{ n: number }>>
  >();
});
