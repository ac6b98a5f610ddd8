import type { ExecutionEvent, ExecutionHandle, ModelExecutor } from "@codo/ollama-contract";
import { OllamaManager } from "@codo/ollama-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createHostPool } from "../src/index.js";
import { ScriptedExecutor } from "../src/testing.js";
import { type RunningFake, startFakeOllama } from "./fake-ollama.fixture.js";

let fake: RunningFake;
beforeAll(async () => {
  fake = await startFakeOllama({ serviceMs: 200 });
});
afterAll(() => fake.close());

const executors: [string, () => ModelExecutor][] = [
  ["a bare client's executor", () => fake.executor],
  ["the manager", () => new OllamaManager({ host: fake.url, autoStartServer: false })],
  ["the host pool", () => createHostPool([fake.url])],
  ["the scripted executor", () => new ScriptedExecutor({ reply: () => ({ text: "x", delayMs: 200 }) })],
];

async function leaveAtStart(handle: ExecutionHandle): Promise<void> {
  for await (const event of handle) {
    expect(event.type).toBe("start");
    break;
  }
}

async function readAll(handle: ExecutionHandle): Promise<ExecutionEvent[]> {
  const events: ExecutionEvent[] = [];
  for await (const event of handle) events.push(event);
  return events;
}

describe.each(executors)("two readers of one run of %s", (_, make) => {
  it("when one leaves, the other reads on to the end", async () => {
    const handle = make().execute({ model: "m", prompt: "x" });
    const reading = readAll(handle);
    await leaveAtStart(handle);
    const events = await reading;
    expect(events.at(-1)).toMatchObject({ type: "end", result: { success: true, response: "x" } });
    expect(await handle).toMatchObject({ success: true });
  });

  it("when the last one leaves, the run is cancelled", async () => {
    const handle = make().execute({ model: "m", prompt: "x" });
    await leaveAtStart(handle);
    expect(await handle).toMatchObject({ success: false, metadata: { error: { code: "ABORTED" } } });
  });
});
