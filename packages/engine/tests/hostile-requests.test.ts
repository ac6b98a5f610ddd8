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

  const nestedFormat = (depth: number): string =>
    withFormat(0).replace('"format":0', `"format":${'{"type":"array","items":'.repeat(depth)}{}${"}".repeat(depth)}`);
  const deep = (open: string, close: string, depth: number): string => open.repeat(depth) + close.repeat(depth);

  it.each([
    ["a name that every object has as an option", withFormat("", { constructor: 1 }), "constructor"],
    ["a schema of 400 levels", nestedFormat(400), "256 levels"],
    ["a schema of arrays of 3000 levels", nestedFormat(3000), "max depth"],
    ["JSON of 3000 levels", `{"model":"codo-tiny","tools":${deep("[", "]", 3000)}}`, "max depth"],
    ["a pattern of 5000 levels", withFormat({ type: "string", pattern: deep("(", ")", 5000) }), "groups within groups"],
    [
      "an enumeration of a megabyte",
      withFormat({ enum: values(40_000).map((value) => value.repeat(3)) }),
      "more than 2000000",
    ],
    [
      "a schema of 3 megabytes",
      withFormat({ type: "string", description: "x".repeat(3_000_000) }),
      "characters, more than 2000000",
    ],
    [
      "bounded repetitions within each other",
      withFormat({ type: "string", pattern: "^(?:(?:.{0,50}){0,50}){0,50}$" }),
      "more than 20000 parts",
    ],
    [
      "a bounded repetition of thousands",
      withFormat({ type: "string", pattern: "^(?:a|b){0,5000}$" }),
      "more than 20000 parts",
    ],
    [
      "a text that is longer than a grammar can count",
      withFormat({ type: "string", minLength: 100_000 }),
      "more than the 3999",
    ],
    [
      "more items than a grammar can count",
      withFormat({ type: "array", minItems: 100_000, items: { type: "string" } }),
      "more than the 1000",
    ],
  ])("%s is 400 and names the bound", async (_, body, reason) => {
    const response = await chat(body);
    expect(response.status).toBe(400);
    expect(JSON.stringify(await response.json())).toContain(reason);
  });

  it("others are answered while a hostile schema is compiled", async () => {
    // Takes longer to be taken apart than the 10 s that a schema may.
    const property = (at: number) => [`p${at}`, { type: "string", pattern: `^(a|b|ab){0,${at}}c(d|e|de){0,${at}}$` }];
    const properties = Object.fromEntries(Array.from({ length: 200 }, (_, at) => property(300 + at)));
    const leaves = new AbortController();
    let isAnswered = false;
    const hostile = fetch(`${engine.url}/api/chat`, {
      method: "POST",
      body: withFormat({ type: "object", properties }),
      signal: leaves.signal,
    }).finally(() => {
      isAnswered = true;
    });
    for (let asked = 0; asked < 20; asked++) expect((await fetch(`${engine.url}/api/version`)).status).toBe(200);
    expect(isAnswered).toBe(false);
    const other = await chat(withFormat({ type: "object", properties: { a: { type: "boolean" } }, required: ["a"] }));
    const { message } = (await other.json()) as { message: { content: string } };
    expect(JSON.parse(message.content)).toEqual({ a: expect.any(Boolean) });
    leaves.abort();
    // A machine on which the other answer took 10 s has refused it by now.
    await expect(
      hostile.then(
        ({ status }) => status,
        ({ name }) => name,
      ),
    ).resolves.toSatisfy((end) => end === "AbortError" || end === 400);
  });
});
