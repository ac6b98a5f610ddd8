import diagnostics from "node:diagnostics_channel";
import { OllamaError, REQUEST_CHANNELS } from "@codo/ollama-contract";
import { afterEach, expect, it } from "vitest";
import { ScriptedClient } from "../../tests/support/scripted-client.js";
import { createExecutor } from "../execution/create-executor.js";

type Published = [phase: string, message: Record<string, unknown>];

let unsubscribe: (() => void)[] = [];
afterEach(() => {
  for (const stop of unsubscribe) stop();
  unsubscribe = [];
});

function collect(): Published[] {
  const published: Published[] = [];
  for (const [phase, name] of Object.entries(REQUEST_CHANNELS)) {
    const onMessage = (message: unknown): void => {
      published.push([phase, message as Record<string, unknown>]);
    };
    diagnostics.subscribe(name, onMessage);
    unsubscribe.push(() => diagnostics.unsubscribe(name, onMessage));
  }
  return published;
}

it("publishes start, first token and end of an execution under the id of its result", async () => {
  const published = collect();
  const client = ScriptedClient.of([{ response: "" }, { response: "a" }, { response: "b", done: true, eval_count: 2 }]);
  const { id } = await createExecutor(client).execute({ model: "m", prompt: "secret" });
  expect(published.map(([phase]) => phase)).toEqual(["start", "firstToken", "end"]);
  for (const [, message] of published) expect(message).toMatchObject({ id, operation: "generate", model: "m" });
  expect(published[1]?.[1].ttftMs).toEqual(expect.any(Number));
  expect(published[2]?.[1]).toMatchObject({ durationMs: expect.any(Number), tokensUsed: 2 });
  expect(JSON.stringify(published)).not.toContain("secret");
});

it("publishes start and error of an execution that fails", async () => {
  const published = collect();
  const client = new ScriptedClient(() => {
    throw new OllamaError("SERVER_BUSY", "busy");
  });
  await createExecutor(client).execute({ model: "m", messages: [] });
  expect(published.map(([phase]) => phase)).toEqual(["start", "error"]);
  expect(published[1]?.[1]).toMatchObject({ operation: "chat", code: "SERVER_BUSY" });
});

it("publishes the short calls too", async () => {
  const published = collect();
  const executor = createExecutor(ScriptedClient.of([]));
  await executor.embed({ model: "e", input: ["a"] });
  await executor.listLoaded();
  expect(published.map(([phase, { operation }]) => `${operation} ${phase}`)).toEqual([
    "embed start",
    "embed end",
    "ps start",
    "ps end",
  ]);
});
