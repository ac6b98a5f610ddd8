import { type } from "arktype";
import * as v from "valibot";
import { afterEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { ModelRunner } from "../src/index.js";
import { ScriptedExecutor, type ScriptedReply } from "../src/testing.js";
import { type RunningFake, startFakeOllama } from "./fake-ollama.fixture.js";

const person = {
  type: "object",
  properties: { name: { type: "string" }, age: { type: "integer", minimum: 0 } },
  required: ["name", "age"],
  additionalProperties: false,
};

function answering(...replies: ScriptedReply[]): { runner: ModelRunner; executor: ScriptedExecutor } {
  const executor = new ScriptedExecutor({ reply: (_, call) => replies[Math.min(call, replies.length - 1)] ?? "" });
  return { runner: new ModelRunner(executor), executor };
}

describe("runStructured", () => {
  it("sends the schema as format and gives the value", async () => {
    const { runner, executor } = answering('{"name":"Ada","age":36}');
    const answer = await runner.runStructured<{ name: string }>("m", "Who?", person, { options: { temperature: 0 } });
    expect(answer).toMatchObject({ value: { name: "Ada", age: 36 }, attempts: 1, repairs: [] });
    expect(executor.requests[0]?.options).toEqual({ temperature: 0, format: person });
    expect(executor.requests[0]?.messages).toEqual([{ role: "user", content: "Who?" }]);
  });

  it.each([
    ["a code fence", 'Here you are:\n```json\n{"name":"Ada","age":1}\n```\nBye {not json}'],
    ["a stray prefix", 'Sure! The person [as asked] is {"name":"Ada","age":1}.'],
    ["thinking in the text", '<think>{"name":"no","age":0}</think>{"name":"Ada","age":1}'],
    ["a thought that nothing opened", '{"name":"no","age":0} is wrong.\n</think>\n\n{"name":"Ada","age":1}'],
    ["white space", '\n\n {"name":"Ada","age":1}\n\n\n'],
    ["braces in strings after a failed start", '{oops {"name":"Ada","age":1}'],
  ])("tolerates %s", async (_, text) => {
    const { runner } = answering(text);
    expect((await runner.runStructured("m", "Who?", person)).value).toEqual({ name: "Ada", age: 1 });
  });

  it("shows the model what was wrong, and takes its better answer", async () => {
    const { runner, executor } = answering('{"name":"Ada"}', '{"name":"Ada","age":-1}', '{"name":"Ada","age":1}');
    const answer = await runner.runStructured("m", "Who?", person);
    expect(answer).toMatchObject({ value: { name: "Ada", age: 1 }, attempts: 3 });
    expect(answer.repairs.map((repair) => repair.response)).toEqual(['{"name":"Ada"}', '{"name":"Ada","age":-1}']);
    const last = executor.requests[2]?.messages ?? [];
    expect(last.map((message) => message.role)).toEqual(["user", "assistant", "user", "assistant", "user"]);
    expect(last[2]?.content).toMatch(/"age"/);
    expect(last[4]?.content).toMatch(/\/age: .*0/);
  });

  it("gives up with the raw text, and never with a value", async () => {
    const { runner, executor } = answering("I would rather not.");
    const failed = runner.runStructured("m", "Who?", person, { maxRepairs: 1 });
    await expect(failed).rejects.toMatchObject({
      code: "SCHEMA_MISMATCH",
      details: { raw: "I would rather not.", attempts: 2 },
    });
    expect(executor.requests).toHaveLength(2);
  });

  it("does not complete an answer that was cut, and says what to do", async () => {
    const { runner } = answering({ text: '{"name":"Ada","age":3', doneReason: "length" });
    await expect(runner.runStructured("m", "Who?", person, { maxRepairs: 0 })).rejects.toThrow(/numPredict/);
  });

  it.each([
    ["cut off", '{"owner":{"name":"Ada","age":1},"pet":{"na'],
    ["broken", '{"owner":{"name":"Ada","age":1},}'],
    ["a list that was cut off", '[{"name":"Ada","age":1},{"name":"Bo'],
  ])("takes no part of an answer that is %s for the answer", async (_, text) => {
    const { runner } = answering(text, '{"name":"Eve","age":2}');
    expect(await runner.runStructured("m", "Who?", person)).toMatchObject({
      value: { name: "Eve", age: 2 },
      attempts: 2,
    });
  });

  it("keeps the code of a run that failed", async () => {
    const { runner } = answering({ errorCode: "MODEL_NOT_FOUND" });
    await expect(runner.runStructured("m", "Who?", person)).rejects.toMatchObject({ code: "MODEL_NOT_FOUND" });
  });

  it("takes values that are no objects", async () => {
    expect((await answering("42").runner.runStructured("m", "?", { type: "integer" })).value).toBe(42);
    expect((await answering("[1, 2]").runner.runStructured("m", "?", { type: "array" })).value).toEqual([1, 2]);
  });

  it("takes schemas of valibot, zod and arktype, with their types", async () => {
    const text = '{"name":"Ada","age":36}';
    const zod = await answering(text).runner.runStructured("m", "?", z.object({ name: z.string(), age: z.number() }));
    const name: string = zod.value.name;
    expect(name).toBe("Ada");
    const valibot = await answering(text).runner.runStructured(
      "m",
      "?",
      v.object({ name: v.string(), age: v.number() }),
    );
    const age: number = valibot.value.age;
    expect(age).toBe(36);
    const ark = answering('{"name":"Ada","age":"old"}', text);
    const arktype = await ark.runner.runStructured("m", "?", type({ name: "string", age: "number" }));
    expect(arktype.value.age + 1).toBe(37);
    expect(ark.executor.requests[0]?.options?.format).toMatchObject({
      type: "object",
      required: expect.arrayContaining(["age"]),
    });
    expect(ark.executor.requests[1]?.messages?.at(-1)?.content).toContain("/age");
  });

  it("refuses a schema that cannot be used", async () => {
    const { runner } = answering('"x"');
    await expect(runner.runStructured("m", "?", null as never)).rejects.toMatchObject({ code: "INVALID_REQUEST" });
    await expect(runner.runStructured("m", "?", { type: "string", pattern: "(" })).rejects.toMatchObject({
      code: "INVALID_REQUEST",
    });
  });
});

describe("runStructured over HTTP", () => {
  let fake: RunningFake | undefined;
  afterEach(async () => {
    await fake?.close();
  });

  it("puts the JSON Schema on the wire", async () => {
    fake = await startFakeOllama({ reply: () => '{"ok":true}' });
    const schema = z.object({ ok: z.boolean() });
    const { value } = await new ModelRunner(fake.executor).runStructured("m", "?", schema);
    expect(value.ok).toBe(true);
    expect(fake.requests[0]).toMatchObject({
      path: "/api/chat",
      body: { format: { type: "object", properties: { ok: { type: "boolean" } }, required: ["ok"] } },
    });
  });
});
