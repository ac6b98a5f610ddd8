import { createHash } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Engine, startEngine } from "../src/index.js";

const PERSON = {
  type: "object",
  properties: { name: { type: "string" }, age: { type: "integer", maximum: 120, minimum: 0 } },
  required: ["name", "age"],
};
const MODEL = { model: "codo-tiny", stream: false };

/** What a real server, 0.33.0-rc2, said to the same request with the same model, and no recording of the suite shows. */
describe("an engine beside a real server", () => {
  let engine: Engine;

  beforeAll(async () => {
    engine = await startEngine();
  });

  afterAll(() => engine.stop());

  const post = (path: string, body: object): Promise<Response> =>
    fetch(`${engine.url}${path}`, { method: "POST", body: JSON.stringify(body) });
  const refusal = async (path: string, body: object): Promise<{ status: number; error: string }> => {
    const response = await post(path, body);
    const text = await response.text();
    return { status: response.status, ...(JSON.parse(text.trimEnd().split("\n").at(-1) ?? "") as { error: string }) };
  };
  const blob = async (text: string): Promise<string> => {
    const digest = `sha256:${createHash("sha256").update(text).digest("hex")}`;
    await fetch(`${engine.url}/api/blobs/${digest}`, { method: "POST", body: text });
    return digest;
  };

  it("generate with a format gives the value at once, without a thought", async () => {
    const options = { temperature: 0, num_predict: 60 };
    const response = await post("/api/generate", {
      ...MODEL,
      prompt: "A person.",
      format: PERSON,
      think: true,
      options,
    });
    const answer = (await response.json()) as { response: string; thinking?: string };
    expect(answer.thinking).toBeUndefined();
    expect(JSON.parse(answer.response)).toHaveProperty("name");
  });

  it("a chat with a format counts from behind the thought, which is then a part of the prompt", async () => {
    const body = { ...MODEL, messages: [{ role: "user", content: "A person." }], options: { temperature: 0, seed: 1 } };
    const plain = (await (await post("/api/chat", { ...body, think: false, format: PERSON })).json()) as Counts;
    const thought = (await (await post("/api/chat", { ...body, think: true, format: PERSON })).json()) as Counts;
    expect(thought.message.thinking?.length).toBeGreaterThan(5);
    expect(thought.prompt_eval_count).toBeGreaterThan(plain.prompt_eval_count + 2);
    expect(thought.eval_count).toBeLessThanOrEqual(thought.message.content.length + 1);
  });

  it.each([true, false])("one message that is too long for the window is 400, streamed: %s", async (stream) => {
    const messages = [{ role: "user", content: "The sky is blue. ".repeat(300) }];
    const { status, error } = await refusal("/api/chat", { ...MODEL, stream, messages, options: { num_ctx: 256 } });
    expect(status).toBe(400);
    expect(JSON.parse(error)).toMatchObject({ error: { code: 400, type: "exceed_context_size_error", n_ctx: 256 } });
  });

  it("older messages that are too long are left out", async () => {
    const long = { role: "user", content: "The sky is blue. ".repeat(300) };
    const messages = [long, { role: "assistant", content: "Yes." }, { role: "user", content: "Hello" }];
    const response = await post("/api/chat", { ...MODEL, messages, options: { num_ctx: 256, num_predict: 3 } });
    expect(response.status).toBe(200);
  });

  it.each([
    ["/api/embeddings", { model: "codo-tiny", prompt: "x" }, 500, "This server does not support embeddings"],
    ["/api/embed", { model: "codo-tiny", input: "x" }, 501, "This server does not support embeddings"],
    ["/api/embed", { model: "codo-tiny-embed", input: ["x", ""] }, 400, "Input content cannot be empty"],
    ["/api/generate", { ...MODEL, keep_alive: "300" }, 400, 'time: missing unit in duration "300"'],
    ["/api/generate", { ...MODEL, keep_alive: "banana" }, 400, 'time: invalid duration "banana"'],
    [
      "/api/generate",
      { ...MODEL, prompt: "x", context: [1, "a"] },
      400,
      "json: cannot unmarshal string into Go struct field GenerateRequest.context.1 of type int",
    ],
    ["/api/create", { model: "x", files: { "m.gguf": "" } }, 400, "invalid digest format"],
    ["/api/experimental/web_search", { query: "x" }, 403, "ollama cloud is disabled: web search is unavailable"],
    ["/api/experimental/web_fetch", { url: "x" }, 403, "ollama cloud is disabled: web fetch is unavailable"],
  ])("%s %j is %i", async (path, body, status, error) => {
    expect(await refusal(path, body)).toEqual({ status, error: expect.stringContaining(error) });
  });

  it.each([[""], [[]], [null], [undefined]])("embed with %j for an input loads, and has no vector", async (input) => {
    const response = await post("/api/embed", { model: "codo-tiny-embed", input });
    expect([response.status, await response.json()]).toEqual([200, { model: "codo-tiny-embed", embeddings: [] }]);
  });

  it("a file of a format that nobody knows is of an unknown type, whatever it is called", async () => {
    const files = { "weights.bin": await blob("PK and then something else") };
    expect(await refusal("/api/create", { model: "x", files, stream: false })).toEqual({
      status: 400,
      error: "unknown type",
    });
  });
});

interface Counts {
  message: { content: string; thinking?: string };
  prompt_eval_count: number;
  eval_count: number;
}
