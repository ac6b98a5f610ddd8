import type { ExecutionEvent } from "@codo/ollama-contract";
import { OllamaError } from "@codo/ollama-contract";
import { object, string } from "valibot";
import { describe, expect, it } from "vitest";
import { readTranscript, ScriptedClient } from "../../tests/support/scripted-client.js";
import { createExecutor } from "./create-executor.js";

async function eventsOf(events: AsyncIterable<ExecutionEvent>): Promise<ExecutionEvent[]> {
  const seen: ExecutionEvent[] = [];
  for await (const event of events) seen.push(event);
  return seen;
}

/** Lines that come until the signal aborts, after which the stream throws as a client's does. */
function endless(): ScriptedClient {
  return new ScriptedClient(async function* (signal) {
    yield { response: "one " };
    if (!signal?.aborted) await new Promise<void>((resolve) => signal?.addEventListener("abort", () => resolve()));
    throw new OllamaError("ABORTED", "aborted");
  });
}

describe("the result of an execution", () => {
  it("holds what a real server said, in the contract's units", async () => {
    const { body, lines } = readTranscript("generate-basic-stream");
    const last = lines.at(-1);
    let clock = 0;
    const executor = createExecutor(ScriptedClient.of(lines), { now: () => clock++, digestOf: () => "abc" });
    const result = await executor.execute({
      model: body.model,
      prompt: body.prompt ?? "",
      options: { temperature: 0, numPredict: 40 },
    });
    expect(result.id).toMatch(/^[0-9A-HJKMNP-TV-Z]{26}$/);
    expect(result.response).toBe(lines.map((line) => line.response).join(""));
    expect(result).toMatchObject({ schemaVersion: 1, modelName: "tiny-chat", prompt: body.prompt, success: true });
    expect(result.tokensUsed).toBe((last?.prompt_eval_count ?? 0) + (last?.eval_count ?? 0));
    expect(result.metadata).toMatchObject({
      api: "generate",
      doneReason: last?.done_reason,
      contextTruncated: false,
      usage: { promptTokens: last?.prompt_eval_count, completionTokens: last?.eval_count },
      options: { temperature: 0, num_predict: 40 },
      model: { digest: "abc" },
    });
    expect(result.metadata.timings.totalMs).toBeCloseTo((last?.total_duration ?? 0) / 1e6);
    // The clock ticks once at the start, once when sending, once with each line, and once at the end.
    expect(result.metadata.timings.ttftMs).toBe(1);
    expect(result.executionTime).toBe((lines.length + 1) / 1000);
    expect(result.metadata.tokensPerSecond).toBeCloseTo((last?.eval_count ?? 0) / ((last?.eval_duration ?? 0) / 1e9));
  });

  it("keeps thinking beside the answer", async () => {
    const { body, lines } = readTranscript("chat-think-true-stream");
    const result = await createExecutor(ScriptedClient.of(lines)).execute({
      model: body.model,
      messages: body.messages ?? [],
      think: true,
    });
    expect(result.metadata.thinking).toBe(lines.map((line) => line.message?.thinking ?? "").join(""));
    expect(result.response).toBe(lines.map((line) => line.message?.content ?? "").join(""));
    expect(result.prompt).toBe("Why is the sky blue?");
    expect(result.metadata.api).toBe("chat");
  });

  it.each([
    ["<think>Of a colour.</think>\n\nBlue", "Of a colour.", "Blue"],
    ["Of a colour.\n</think>\n\nBlue", "Of a colour.\n", "Blue"],
    ["<think>cut", "cut", ""],
    ["Blue", undefined, "Blue"],
  ])("takes a thought out of text in which the server left it: %j", async (text, thinking, response) => {
    const pieces = [...text].map((piece) => ({ response: piece }));
    const handle = createExecutor(ScriptedClient.of([...pieces, { done: true, response: "" }])).execute({
      model: "m",
      prompt: "x",
    });
    const events = await eventsOf(handle);
    const result = await handle;
    expect([result.metadata.thinking, result.response]).toEqual([thinking, response]);
    const texts = (type: string) => events.flatMap((event) => (event.type === type ? [event] : []));
    if (text.startsWith("<think>")) {
      expect(
        texts("thinking")
          .map((event) => ("text" in event ? event.text : ""))
          .join(""),
      ).toBe(thinking);
      expect(
        texts("text")
          .map((event) => ("text" in event ? event.text : ""))
          .join(""),
      ).toBe(response);
    }
  });

  it("leaves text alone that is raw, fills a gap, or comes from a server that takes thoughts out", async () => {
    const text = "<think>a</think>b";
    const run = (request: object, ...before: { thinking: string }[]) =>
      createExecutor(ScriptedClient.of([...before, { response: text }, { done: true, response: "" }])).execute({
        model: "m",
        prompt: "x",
        ...request,
      });
    expect((await run({ raw: true })).response).toBe(text);
    expect((await run({ suffix: "y" })).response).toBe(text);
    expect((await run({}, { thinking: "own" })).response).toBe(text);
  });

  it.each(["chat-tools-call-stream", "chat-jinja-tools-stream"])("has the tool calls of %s", async (name) => {
    const { body, lines } = readTranscript(name);
    const handle = createExecutor(ScriptedClient.of(lines)).execute({
      model: body.model,
      messages: body.messages ?? [],
    });
    const events = await eventsOf(handle);
    const { metadata, success } = await handle;
    expect(success).toBe(true);
    expect(metadata.toolCalls).toHaveLength(1);
    expect(metadata.toolCalls?.[0]?.function).toMatchObject({ name: "get_weather" });
    expect(events.filter((event) => event.type === "toolCall")).toHaveLength(1);
  });

  it("says when the answer was cut at numPredict", async () => {
    const { body, lines } = readTranscript("generate-length-stream");
    const result = await createExecutor(ScriptedClient.of(lines)).execute({ model: body.model, prompt: "x" });
    expect(result.metadata).toMatchObject({ doneReason: "length", truncated: true });
    expect(result.success).toBe(true);
  });

  it.each([
    ["generate-too-long-truncated", true],
    ["generate-shift-false", false],
    ["chat-too-long-truncated", true],
    ["chat-basic", undefined],
  ])("tells of %s whether the prompt was cut: %s", async (name, expected) => {
    const { body, lines } = readTranscript(name);
    const subject = body.messages === undefined ? { prompt: body.prompt ?? "" } : { messages: body.messages };
    const result = await createExecutor(ScriptedClient.of(lines)).execute({ model: body.model, ...subject });
    expect(result.metadata.contextTruncated).toBe(expected);
  });

  it("of a reply that never said done is STREAM_INCOMPLETE, with the partial text", async () => {
    const { body, lines } = readTranscript("generate-repeat-stream");
    const result = await createExecutor(ScriptedClient.of(lines)).execute({ model: body.model, prompt: "x" });
    expect(result.success).toBe(false);
    expect(result.response).toBe(lines.map((line) => line.response).join(""));
    expect(result.response).not.toBe("");
    expect(result.metadata).toMatchObject({
      doneReason: null,
      error: { code: "STREAM_INCOMPLETE", retryable: true },
      usage: {},
    });
    expect(result.tokensUsed).toBeUndefined();
  });

  it("of an expected failure has the message for a person and the code for a program", async () => {
    const client = new ScriptedClient(async function* () {
      yield { response: "The sky" };
      throw new OllamaError("SERVER_ERROR", "model runner has unexpectedly stopped", { details: { status: 500 } });
    });
    const handle = createExecutor(client).execute({ model: "m", prompt: "x" });
    const result = await handle;
    expect(handle.status).toBe("failed");
    expect(result).toMatchObject({ success: false, response: "The sky" });
    expect(result.errorMessage).toContain("unexpectedly stopped");
    expect(result.metadata.error).toEqual({ code: "SERVER_ERROR", retryable: false, details: { status: 500 } });
  });

  it("leaves the bytes of images out", async () => {
    const client = ScriptedClient.of([{ message: { content: "a cat" }, done: true }]);
    const result = await createExecutor(client).execute({
      model: "m",
      messages: [{ role: "user", content: "what is it?" }],
      images: [new Uint8Array(9)],
    });
    expect(client.requests[0]).toMatchObject({ messages: [{ images: [new Uint8Array(9)] }] });
    expect(JSON.stringify(result.metadata.messages)).not.toContain("[0,0");
  });

  it("has the memory of the model only when asked", async () => {
    const executor = createExecutor(ScriptedClient.of([{ response: "x", done: true, done_reason: "stop" }]));
    const request = { model: "Tiny-Chat", prompt: "x" };
    expect((await executor.execute(request)).metadata.resources).toBeUndefined();
    expect((await executor.execute({ ...request, resources: true })).metadata.resources).toEqual({
      sizeBytes: 100,
      vramBytes: 52,
      processor: "48%/52% CPU/GPU",
    });
  });
});

describe("what is sent", () => {
  const answer = [{ response: "x", done: true, done_reason: "stop" }];

  it("is what the request sets and nothing more", async () => {
    const client = ScriptedClient.of(answer);
    await createExecutor(client).execute({ model: "m", prompt: "hi", options: { temperature: 0.1, seed: null } });
    expect(client.requests).toEqual([{ model: "m", prompt: "hi", options: { temperature: 0.1 }, stream: true }]);
  });

  it.each([
    ["text", undefined],
    ["json", "json"],
    [{ type: "object" }, { type: "object" }],
    [object({ city: string() }), { type: "object", properties: { city: { type: "string" } }, required: ["city"] }],
  ] as const)("has the wire's format for case %#", async (format, expected) => {
    const client = ScriptedClient.of(answer);
    await createExecutor(client).execute({ model: "m", prompt: "hi", options: { format } });
    expect(client.requests[0]?.format).toEqual(expected);
  });

  it("takes a Standard Schema's own JSON Schema where it has one", async () => {
    const client = ScriptedClient.of(answer);
    const jsonSchema = { input: () => ({ $schema: "x", type: "string" }), output: () => ({ type: "number" }) };
    const format = { "~standard": { version: 1, vendor: "acme", validate: () => ({}), jsonSchema } } as const;
    await createExecutor(client).execute({ model: "m", prompt: "hi", options: { format } });
    expect(client.requests[0]?.format).toEqual({ type: "string" });
  });

  it("is nothing when a Standard Schema cannot be converted", async () => {
    const client = ScriptedClient.of(answer);
    const format = { "~standard": { version: 1, vendor: "acme", validate: () => ({}) } } as const;
    const result = await createExecutor(client).execute({ model: "m", prompt: "hi", options: { format } });
    expect(client.requests).toEqual([]);
    expect(result.errorMessage).toMatch(/acme schema .* Pass the JSON Schema itself/);
    expect(result.metadata.error?.code).toBe("INVALID_REQUEST");
  });

  it("puts system first and images with the last user message", async () => {
    const client = ScriptedClient.of(answer);
    const messages = [
      { role: "user", content: "a" },
      { role: "assistant", content: "b" },
      { role: "user", content: "c" },
    ];
    await createExecutor(client).execute({ model: "m", system: "s", messages, images: ["aGk="] });
    expect(client.requests[0]?.messages).toEqual([
      { role: "system", content: "s" },
      ...messages.slice(0, 2),
      { role: "user", content: "c", images: ["aGk="] },
    ]);
    expect(messages[2]).toEqual({ role: "user", content: "c" });
  });

  it.each([{ model: "" }, { model: "m", prompt: "a", messages: [] }, { model: "m", messages: [], suffix: "x" }])(
    "refuses the mistake %o at once",
    (request) => {
      expect(() => createExecutor(ScriptedClient.of(answer)).execute(request)).toThrow(
        expect.objectContaining({ code: "INVALID_REQUEST" }),
      );
    },
  );
});

describe("a handle", () => {
  it("gives the events to every reader from the start, also after the end", async () => {
    const { body, lines } = readTranscript("generate-basic-stream");
    const handle = createExecutor(ScriptedClient.of(lines)).execute({ model: body.model, prompt: "x" });
    const [first, second] = await Promise.all([eventsOf(handle), eventsOf(handle)]);
    const late = await eventsOf(handle);
    expect(first.length).toBe(lines.filter((line) => line.response !== "").length + 2);
    expect(second).toEqual(first);
    expect(first.at(0)).toMatchObject({ type: "start", id: handle.id });
    expect(first.at(-1)).toMatchObject({ type: "end", result: { success: true } });
    expect(late).toEqual(first);
  });

  it("gives a visitor the same events", async () => {
    const { body, lines } = readTranscript("generate-basic-stream");
    const handle = createExecutor(ScriptedClient.of(lines)).execute({ model: body.model, prompt: "x" });
    const visited: ExecutionEvent[] = [];
    const visiting = handle.each?.((event) => visited.push(event));
    expect(await eventsOf(handle)).toEqual(visited);
    await visiting;
    expect(visited.at(-1)).toMatchObject({ type: "end", result: { success: true } });
  });

  it("is given up by what its only visitor throws", async () => {
    const handle = createExecutor(endless()).execute({ model: "m", prompt: "x" });
    const visiting = handle.each?.((event) => {
      if (event.type === "text") throw new RangeError("enough");
    });
    await expect(visiting).rejects.toThrow("enough");
    expect((await handle).metadata.error?.code).toBe("ABORTED");
  });

  it("keeps the whole text for a reader that comes when all is over", async () => {
    const { body, lines } = readTranscript("generate-basic-stream");
    const handle = createExecutor(ScriptedClient.of(lines)).execute({ model: body.model, prompt: "x" });
    const { response } = await handle;
    const events = await eventsOf(handle);
    expect(events.map((event) => (event.type === "text" ? event.text : "")).join("")).toBe(response);
  });

  it("resolves to ABORTED when cancelled, with the part that came", async () => {
    const handle = createExecutor(endless()).execute({ model: "m", prompt: "x" });
    for await (const event of handle) if (event.type === "text") handle.cancel();
    const result = await handle;
    expect(handle.status).toBe("cancelled");
    expect(result).toMatchObject({ success: false, response: "one " });
    expect(result.metadata.error).toMatchObject({ code: "ABORTED", retryable: false });
  });

  it("is cancelled when its only reader leaves early", async () => {
    const handle = createExecutor(endless()).execute({ model: "m", prompt: "x" });
    for await (const event of handle) if (event.type === "text") break;
    expect((await handle).metadata.error?.code).toBe("ABORTED");
  });

  it("rejects with ABORTED when the caller's signal aborts, in the result and in the events", async () => {
    const controller = new AbortController();
    const handle = createExecutor(endless()).execute({ model: "m", prompt: "x", signal: controller.signal });
    const reading = (async () => {
      for await (const event of handle) if (event.type === "text") controller.abort();
    })();
    await expect(reading).rejects.toMatchObject({ code: "ABORTED" });
    await expect(handle).rejects.toMatchObject({ code: "ABORTED" });
    expect(handle.status).toBe("cancelled");
  });

  it("sends nothing when the signal was aborted before", async () => {
    const client = endless();
    const handle = createExecutor(client).execute({ model: "m", prompt: "x", signal: AbortSignal.abort() });
    await expect(handle).rejects.toMatchObject({ code: "ABORTED" });
    expect(client.requests).toEqual([]);
  });

  it("rejects with what is no expected failure", async () => {
    const client = new ScriptedClient(() => {
      throw new RangeError("a mistake");
    });
    await expect(createExecutor(client).execute({ model: "m", prompt: "x" })).rejects.toThrow("a mistake");
  });
});

describe("the other calls", () => {
  it("embed gives one vector for each input", async () => {
    const client = ScriptedClient.of([]);
    const result = await createExecutor(client).embed({
      model: "e",
      input: ["a", "bb"],
      keepAlive: 0,
      options: { numCtx: 64 },
    });
    expect(result).toEqual({ model: "e", embeddings: [[1], [2]], promptTokens: 7 });
    expect(client.requests).toEqual([{ model: "e", input: ["a", "bb"], keep_alive: 0, options: { num_ctx: 64 } }]);
  });

  it("describeModel reads capabilities, context window and parameters", async () => {
    const description = await createExecutor(ScriptedClient.of([])).describeModel("tiny-chat");
    expect(description).toMatchObject({
      name: "tiny-chat",
      capabilities: ["completion"],
      contextLength: 2048,
      parameters: { stop: ["<|im_start|>", "<|im_end|>"], temperature: 0.7, num_ctx: 2048 },
    });
  });

  it("listLoaded has sizes in bytes", async () => {
    expect(await createExecutor(ScriptedClient.of([])).listLoaded()).toEqual([
      { name: "tiny-chat:latest", digest: "d1", sizeBytes: 100, vramBytes: 52 },
    ]);
  });
});
