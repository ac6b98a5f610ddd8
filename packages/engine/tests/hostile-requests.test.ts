import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Engine, startEngine } from "../src/index.js";

describe("requests that ask too much", () => {
  let engine: Engine;

  beforeAll(async () => {
    engine = await startEngine();
  });

  afterAll(() => engine.stop());

  const chat = (body: string): Promise<Response> => fetch(`${engine.url}/api/chat`, { method: "POST", body });
  const withFormat = (format: unknown, options: object = {}): string =>
    JSON.stringify({
      model: "codo-tiny",
      messages: [{ role: "user", content: "Pick one." }],
      think: false,
      stream: false,
      options: { temperature: 1, seed: 7, num_predict: 100, ...options },
      format,
    });
  const values = (count: number) => Array.from({ length: count }, (_, index) => `choice ${index} (${index * 7919})`);

  it.each([350, 1000])("an enumeration of %i values is kept to", async (count) => {
    const response = await chat(withFormat({ type: "string", enum: values(count) }));
    const { message } = (await response.json()) as { message: { content: string } };
    expect(values(count)).toContain(JSON.parse(message.content));
  });

  const deep = (open: string, close: string, depth: number): string => open.repeat(depth) + close.repeat(depth);

  it.each([
    ["a name that every object has as an option", withFormat("", { constructor: 1 }), "constructor"],
    [
      "a schema of 3000 levels",
      withFormat(0).replace('"format":0', `"format":${deep('{"items":', "", 400)}{}${"}".repeat(400)}`),
      "256 levels",
    ],
    ["JSON of 3000 levels", `{"model":"codo-tiny","tools":${deep("[", "]", 3000)}}`, "max depth"],
    ["a pattern of 5000 levels", withFormat({ type: "string", pattern: deep("(", ")", 5000) }), "json_schema"],
    [
      "an enumeration of a megabyte",
      withFormat({ enum: values(40_000).map((value) => value.repeat(3)) }),
      "json_schema",
    ],
  ])("%s is 400", async (_, body, reason) => {
    const response = await chat(body);
    expect(response.status).toBe(400);
    expect(JSON.stringify(await response.json())).toContain(reason);
  });
});
