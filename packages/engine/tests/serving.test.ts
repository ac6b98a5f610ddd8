import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Engine, startEngine } from "../src/index.js";

describe("an engine with nothing but its built-in models", () => {
  let engine: Engine;

  beforeAll(async () => {
    engine = await startEngine();
  });

  afterAll(() => engine.stop());

  const post = (path: string, body: unknown): Promise<Response> =>
    fetch(`${engine.url}${path}`, { method: "POST", body: JSON.stringify(body) });

  it("lists them", async () => {
    const response = await fetch(`${engine.url}/api/tags`);
    const { models } = (await response.json()) as { models: { name: string; capabilities: string[] }[] };
    expect(models.map(({ name }) => name).sort()).toEqual(["codo-tiny-embed:latest", "codo-tiny:latest"]);
    expect(models.find(({ name }) => name === "codo-tiny:latest")?.capabilities?.sort()).toEqual([
      "completion",
      "thinking",
      "tools",
    ]);
  });

  it("answers a chat at once", async () => {
    const messages = [{ role: "user", content: "What is the capital of France?" }];
    const response = await post("/api/chat", { model: "codo-tiny", messages, think: false, stream: false });
    const answer = (await response.json()) as { message: { content: string }; done_reason: string };
    expect(answer.message.content).toContain("Paris");
    expect(answer.done_reason).toBe("stop");
  });

  it("streams a completion as lines that end with the counts", async () => {
    const response = await post("/api/generate", { model: "codo-tiny", prompt: "Hello", think: false });
    expect(response.headers.get("content-type")).toBe("application/x-ndjson");
    const lines = (await response.text()).trimEnd().split("\n");
    const parsed = lines.map((line) => JSON.parse(line) as { response: string; done: boolean; eval_count?: number });
    expect(parsed.length).toBeGreaterThan(3);
    expect(parsed.map((line) => line.response).join("")).toContain("Hello");
    expect(parsed.at(-1)).toMatchObject({ done: true, done_reason: "stop" });
    expect(parsed.at(-1)?.eval_count).toBeGreaterThan(3);
  });

  it("shows what is in memory, and unloads it on request", async () => {
    await post("/api/generate", { model: "codo-tiny", stream: false });
    const names = async (): Promise<string[]> => {
      const { models } = (await (await fetch(`${engine.url}/api/ps`)).json()) as { models: { name: string }[] };
      return models.map(({ name }) => name);
    };
    expect(await names()).toEqual(["codo-tiny:latest"]);
    await post("/api/generate", { model: "codo-tiny", keep_alive: 0 });
    await expect.poll(names, { timeout: 10_000 }).toEqual([]);
  });
});
