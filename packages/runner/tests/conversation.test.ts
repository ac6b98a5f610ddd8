import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ChatMessage, ExecutionRequest } from "@codo/ollama-contract";
import { describe, expect, it } from "vitest";
import { Conversation, ModelRunner } from "../src/index.js";
import { type ExecutorScript, ScriptedExecutor } from "../src/testing.js";

/** One token for each word, and two for each message, as a server with a template counts. */
function tokensOf(messages: readonly ChatMessage[] = []): number {
  return messages.reduce((sum, { content }) => sum + content.split(/\s+/).filter(Boolean).length + 2, 0);
}

function scripted(
  contextLength: number,
  script: ExecutorScript = {},
): { runner: ModelRunner; executor: ScriptedExecutor } {
  const executor = new ScriptedExecutor({
    reply: async (request, call) => {
      const promptTokens = tokensOf(request.messages);
      if (promptTokens > contextLength && request.truncate === false) return { errorCode: "CONTEXT_OVERFLOW" };
      const reply = (await script.reply?.(request, call)) ?? `answer ${call}`;
      return { ...(typeof reply === "string" ? { text: reply } : reply), promptTokens, completionTokens: 3 };
    },
    describeModel: () => ({ contextLength }),
    loaded: () => [{ name: "m:latest", digest: "d", sizeBytes: 1, vramBytes: 0, contextLength }],
  });
  return { runner: new ModelRunner(executor), executor };
}

const words = (count: number, word: string): string => Array.from({ length: count }, () => word).join(" ");
const contents = (request: ExecutionRequest | undefined): string[] =>
  request?.messages?.map((message) => message.content) ?? [];
const asksForAnswer = (request: ExecutionRequest): boolean => request.options?.numPredict !== 1;

describe("Conversation", () => {
  it("keeps the history and sends it through chat", async () => {
    const { runner, executor } = scripted(4096);
    const chat = new Conversation(runner, "m", { system: "be kind", options: { temperature: 0 } });
    await chat.send("one");
    const result = await chat.send("two", { think: true });
    expect(contents(executor.requests[1])).toEqual(["be kind", "one", "answer 0", "two"]);
    expect(executor.requests[1]).toMatchObject({ options: { temperature: 0 }, think: true });
    expect(chat.messages).toHaveLength(5);
    expect(result.metadata.conversation).toMatchObject({ policy: "error", contextLength: 4096, leftOut: 0 });
  });

  it("leaves the history as it was when a turn fails or is aborted", async () => {
    const { runner } = scripted(4096, {
      reply: (_, call) => (call === 0 ? { errorCode: "SERVER_ERROR" } : { delayMs: 60_000 }),
    });
    const chat = new Conversation(runner, "m");
    expect((await chat.send("one")).success).toBe(false);
    const controller = new AbortController();
    const aborted = chat.send("two", { signal: controller.signal });
    controller.abort();
    await expect(aborted).rejects.toMatchObject({ code: "ABORTED" });
    expect(chat.messages).toEqual([]);
  });

  it("streams, and has the turn when the result is there", async () => {
    const { runner } = scripted(4096, { reply: () => ({ chunks: ["an", "swer"] }) });
    const chat = new Conversation(runner, "m");
    const stream = chat.sendStreaming("one");
    const chunks: string[] = [];
    for await (const chunk of stream) chunks.push(chunk);
    await stream.result;
    expect(chunks).toEqual(["an", "swer"]);
    expect(chat.messages.map((message) => message.content)).toEqual(["one", "answer"]);
  });

  it("answers one message after the other, also when they are sent together", async () => {
    const { runner, executor } = scripted(4096, { reply: (_, call) => ({ text: `a${call}`, delayMs: 5 - call }) });
    const chat = new Conversation(runner, "m");
    await Promise.all([chat.send("one"), chat.sendStreaming("two").result, chat.send("three")]);
    expect(contents(executor.requests[2])).toEqual(["one", "a0", "two", "a1", "three"]);
  });

  it("forks: two futures of one past", async () => {
    const { runner } = scripted(4096);
    const chat = new Conversation(runner, "m", { system: "s" });
    await chat.send("one");
    const fork = chat.fork({ contextPolicy: "rolling" });
    await fork.send("two");
    expect([chat.messages.length, fork.messages.length]).toEqual([3, 5]);
    expect(fork.contextPolicy).toBe("rolling");
  });

  it("saves and loads, with images as base64", async () => {
    const folder = await mkdtemp(join(tmpdir(), "codo-conversation-"));
    const { runner, executor } = scripted(4096);
    const chat = new Conversation(runner, "m", { system: "s", contextPolicy: "rolling", options: { seed: 1 } });
    await chat.send({ role: "user", content: "what is this?", images: [new Uint8Array([104, 105])] });
    const path = await chat.save(join(folder, "deep", "chat.json"));
    const loaded = await Conversation.load(path, runner);
    await loaded.send("and now?");
    expect(loaded.contextPolicy).toBe("rolling");
    expect(executor.requests.at(-1)).toMatchObject({ options: { seed: 1 } });
    expect(executor.requests.at(-1)?.messages?.[1]).toMatchObject({ content: "what is this?", images: ["aGk="] });
    const small = new Conversation(runner, "m", { promptBudgetTokens: 60 });
    const reloaded = await Conversation.load(await small.save(join(folder, "small.json")), runner);
    await expect(reloaded.send(words(200, "alpha"))).rejects.toMatchObject({ code: "CONTEXT_OVERFLOW" });
    await writeFile(path, "{}");
    await expect(Conversation.load(path, runner)).rejects.toMatchObject({ code: "STORAGE_FAILED" });
    await expect(Conversation.load(join(folder, "none"), runner)).rejects.toMatchObject({ code: "STORAGE_FAILED" });
  });

  it("counts tokens by the server, and estimates them from its last answer", async () => {
    const { runner, executor } = scripted(4096);
    const chat = new Conversation(runner, "m");
    await chat.send(words(50, "alpha"));
    expect(chat.estimateTokens()).toBe(52 + 3);
    expect(await chat.countTokens()).toBe(tokensOf(chat.messages));
    expect(executor.requests.at(-1)).toMatchObject({ options: { numPredict: 1 }, truncate: false });
  });

  describe("when the context is full", () => {
    const history = (turns: number): ChatMessage[] =>
      Array.from({ length: turns }, (_, turn) => [
        { role: "user", content: `q${turn} ${words(20, "alpha")}` },
        { role: "assistant", content: `a${turn} ${words(20, "gamma")}` },
      ]).flat();

    it("refuses, with numbers", async () => {
      const { runner } = scripted(256);
      const chat = new Conversation(runner, "m", { messages: history(10) });
      const error = await chat.send("more").catch((reason: unknown) => reason);
      expect(error).toMatchObject({ code: "CONTEXT_OVERFLOW", details: { budgetTokens: 192 } });
    });

    it.each(["rolling", "truncateMiddle"] as const)(
      "%s: leaves out whole turns, keeps the system message and the newest",
      async (contextPolicy) => {
        const { runner, executor } = scripted(256);
        const chat = new Conversation(runner, "m", { system: "stay", messages: history(10), contextPolicy });
        const result = await chat.send("newest");
        const sent = executor.requests.filter(asksForAnswer).at(-1);
        expect(tokensOf(sent?.messages)).toBeLessThanOrEqual(192);
        expect(tokensOf(sent?.messages)).toBeGreaterThan(90);
        expect(contents(sent)[0]).toBe("stay");
        expect(contents(sent).at(-1)).toBe("newest");
        expect(contents(sent).some((text) => text.startsWith("q0"))).toBe(contextPolicy === "truncateMiddle");
        expect(contents(sent).some((text) => text.startsWith("q9"))).toBe(true);
        expect(result.metadata.conversation).toMatchObject({ policy: contextPolicy, leftOut: expect.any(Number) });
        expect(chat.messages).toHaveLength(1 + 20 + 2);
      },
    );

    it("summarize: sums up what is left out, once, and goes on from the summary", async () => {
      const { runner, executor } = scripted(256, {
        reply: ({ messages }) => (messages?.at(-1)?.content.startsWith("Summarize") ? "they spoke of letters" : "fine"),
      });
      const chat = new Conversation(runner, "m", { system: "stay", messages: history(10), contextPolicy: "summarize" });
      await chat.send("newest");
      await chat.send("newer still");
      const answered = executor.requests.filter(asksForAnswer);
      expect(answered.filter((request) => contents(request).at(-1)?.startsWith("Summarize"))).toHaveLength(1);
      const sent = contents(answered.at(-1));
      expect(sent.slice(0, 2)).toEqual(["stay", "Summary of the conversation so far: they spoke of letters"]);
      expect(sent.slice(-3)).toEqual(["newest", "fine", "newer still"]);
      expect(chat.messages).toHaveLength(1 + 20 + 4);
      expect(chat.fork().toJSON().summary?.text).toBe("they spoke of letters");
    });

    it("refuses a message that is too long by itself, whatever the policy", async () => {
      for (const contextPolicy of ["rolling", "truncateMiddle", "summarize"] as const) {
        const { runner } = scripted(256);
        const chat = new Conversation(runner, "m", { messages: history(3), contextPolicy });
        await expect(chat.send(words(400, "alpha"))).rejects.toMatchObject({ code: "CONTEXT_OVERFLOW" });
      }
    });
  });
});
