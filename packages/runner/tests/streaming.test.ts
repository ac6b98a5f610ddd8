import { type ModelExecutor, OllamaError } from "@codo/ollama-contract";
import { afterEach, describe, expect, it } from "vitest";
import { ModelRunner } from "../src/index.js";
import { ScriptedExecutor } from "../src/testing.js";
import { type FakeOllama, type RunningFake, startFakeOllama } from "./fake-ollama.fixture.js";

let fake: RunningFake | undefined;
afterEach(async () => {
  await fake?.close();
});

async function runnerOn(behaviour: FakeOllama): Promise<{ runner: ModelRunner; server: RunningFake }> {
  fake = await startFakeOllama(behaviour);
  return { runner: new ModelRunner(fake.executor), server: fake };
}

describe("runStreaming", () => {
  it("gives the text as it comes, events with all there is, and the result at the end", async () => {
    const toolCall = { function: { name: "f", arguments: {} } };
    const executor = new ScriptedExecutor({
      reply: () => ({ chunks: ["Hel", "lo"], thinking: "hm", toolCalls: [toolCall] }),
    });
    const stream = new ModelRunner(executor).runStreaming("m", "hi", { temperature: 0 });
    const chunks: string[] = [];
    for await (const chunk of stream) chunks.push(chunk);
    const types: string[] = [];
    for await (const event of stream.events) types.push(event.type);
    expect(chunks).toEqual(["Hel", "lo"]);
    expect(types).toEqual(["start", "thinking", "text", "text", "toolCall", "end"]);
    expect(await stream.result).toMatchObject({ response: "Hello", success: true, metadata: { thinking: "hm" } });
    expect(executor.requests).toHaveLength(1);
    expect(executor.requests[0]?.options).toEqual({ temperature: 0, stream: true });
  });

  it("stops the server when a loop is left early", async () => {
    const { runner, server } = await runnerOn({ fault: () => "stall" });
    for await (const chunk of runner.runStreaming("m", "0123456789")) {
      expect(chunk).toBe("01234");
      break;
    }
    await expect.poll(() => server.requests[0]?.isAborted).toBe(true);
  });

  it("stops the server on cancel, and resolves with what came", async () => {
    const { runner, server } = await runnerOn({ fault: () => "stall" });
    const stream = runner.runStreaming("m", "0123456789");
    for await (const event of stream.events) {
      if (event.type === "text") break;
    }
    stream.cancel();
    expect(await stream.result).toMatchObject({ success: false, response: "01234" });
    await expect.poll(() => server.requests[0]?.isAborted).toBe(true);
  });

  it("stops waiting on cancel also while it looks for what to warn of", async () => {
    let asked: () => void = () => undefined;
    const isAsked = new Promise<void>((resolve) => {
      asked = resolve;
    });
    const executor: ModelExecutor = new ScriptedExecutor({ reply: () => ({ text: "late", delayMs: 60_000 }) });
    executor.listLoaded = ({ signal } = {}) => {
      asked();
      return new Promise((_, reject) => signal?.addEventListener("abort", () => reject(signal.reason)));
    };
    const stream = new ModelRunner(executor).runStreaming("m", "hi", { numCtx: 512 });
    await isAsked;
    stream.cancel();
    expect(await stream.result).toMatchObject({ success: false, metadata: { error: { code: "ABORTED" } } });
  });

  it("rejects with ABORTED when its signal fires", async () => {
    const { runner } = await runnerOn({ fault: () => "stall" });
    const controller = new AbortController();
    const stream = runner.runStreaming("m", "0123456789", {}, { signal: controller.signal });
    const read = (async () => {
      for await (const _chunk of stream) controller.abort();
    })();
    await expect(read).rejects.toMatchObject({ code: "ABORTED" });
    await expect(stream.result).rejects.toMatchObject({ code: "ABORTED" });
  });

  it.each(["error-line", "no-end", "reset-midway"] as const)(
    "does not pass a broken answer off as a whole one (%s)",
    async (fault) => {
      const { runner } = await runnerOn({ fault: () => fault });
      const stream = runner.runStreaming("m", "0123456789");
      const error = await (async () => {
        for await (const _chunk of stream);
      })().catch((reason: unknown) => reason);
      expect(OllamaError.is(error)).toBe(true);
      const result = await stream.result;
      expect(result.success).toBe(false);
      expect(result.response.startsWith("01234")).toBe(true);
    },
  );

  it("fails as a result where nobody reads, and throws nothing into the void", async () => {
    const executor = new ScriptedExecutor({ reply: () => ({ errorCode: "MODEL_NOT_FOUND" }) });
    const stream = new ModelRunner(executor).runStreaming("m", "x");
    expect(await stream.result).toMatchObject({ success: false, metadata: { error: { code: "MODEL_NOT_FOUND" } } });
  });
});

describe("runWithOptions and runConversation", () => {
  it("send only what is set, a conversation through chat", async () => {
    const { runner, server } = await runnerOn({});
    await runner.runWithOptions("m", "hello", { topK: 5 });
    await runner.runConversation("m", [{ role: "user", content: "hello" }], {}, { system: "be kind" });
    const [generate, chat] = server.requests;
    expect(generate).toMatchObject({ path: "/api/generate", body: { prompt: "hello", options: { top_k: 5 } } });
    expect(chat).toMatchObject({ path: "/api/chat" });
    expect(chat?.body.options).toBeUndefined();
    expect(chat?.body.messages).toEqual([
      { role: "system", content: "be kind" },
      { role: "user", content: "hello" },
    ]);
  });

  it("refuse what is a mistake in the program", async () => {
    const runner = new ModelRunner(new ScriptedExecutor());
    await expect(runner.runWithOptions("m", 3 as never)).rejects.toMatchObject({ code: "INVALID_REQUEST" });
    await expect(runner.runConversation("m", [])).rejects.toMatchObject({ code: "INVALID_REQUEST" });
    await expect(runner.runConversation("m", [{ role: "user" } as never])).rejects.toMatchObject({
      code: "INVALID_REQUEST",
    });
    expect(() => runner.runStreaming("m", undefined as never)).toThrow(/prompt is a string/);
  });
});
