import { createExecutor, type ExecutorClient, type PartialExecutionOptions } from "@codo/ollama-core";
import { type } from "arktype";
import { Schema as Effect } from "effect";
import type * as official from "ollama";
import * as v from "valibot";
import { expectTypeOf, it } from "vitest";
import { z } from "zod";
import * as mini from "zod/mini";
import { z as z3v4 } from "zod3/v4";
import { z as z40 } from "zod40";
import { ModelRunner, type RunCall, type StructuredAnswer } from "./index.js";

/** A message as programs write it: an interface, which has no index signature. */
interface OwnMessage {
  role: string;
  content: string;
}

declare const runner: ModelRunner;
type Messages = Parameters<ModelRunner["runConversation"]>[1];

it("takes the messages and tools that people have", () => {
  expectTypeOf<OwnMessage[]>().toExtend<Messages>();
  expectTypeOf<official.Message[]>().toExtend<Messages>();
  expectTypeOf<official.Tool[]>().toExtend<NonNullable<RunCall["tools"]>>();
  expectTypeOf<{ role: "user" | "assistant"; content: string }[]>().toExtend<Messages>();
});

it("takes the official client for an executor's", () => {
  expectTypeOf<official.Ollama>().toExtend<ExecutorClient>();
  expectTypeOf(
    (client: official.Ollama) => new ModelRunner(createExecutor(client)),
  ).returns.toEqualTypeOf<ModelRunner>();
});

it("finds a misspelt name", () => {
  // @ts-expect-error: it is called `temperature`
  const options: PartialExecutionOptions = { temprature: 0 };
  // @ts-expect-error: it is called `think`
  const call: RunCall = { thnk: true };
  // @ts-expect-error: it is called `tool_calls`
  const messages: Messages = [{ role: "user", content: "", tool_call: [] }];
  expectTypeOf([options, call, messages]).toBeArray();
});

it("gives the type of a schema's value", () => {
  type Answer = Promise<StructuredAnswer<{ readonly n: number }>>;
  expectTypeOf(runner.runStructured("m", "p", z.object({ n: z.int() }))).toExtend<Answer>();
  expectTypeOf(runner.runStructured("m", "p", mini.object({ n: mini.int() }))).toExtend<Answer>();
  expectTypeOf(runner.runStructured("m", "p", z40.object({ n: z40.int() }))).toExtend<Answer>();
  expectTypeOf(runner.runStructured("m", "p", z3v4.object({ n: z3v4.int() }))).toExtend<Answer>();
  expectTypeOf(runner.runStructured("m", "p", v.object({ n: v.number() }))).toExtend<Answer>();
  expectTypeOf(runner.runStructured("m", "p", type({ n: "number" }))).toExtend<Answer>();
  const effect = Effect.toStandardSchemaV1(Effect.toStandardJSONSchemaV1(Effect.Struct({ n: Effect.Int })));
  expectTypeOf(runner.runStructured("m", "p", effect)).toExtend<Answer>();
});
