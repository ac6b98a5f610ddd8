import { afterEach, describe, expect, it } from "vitest";
import { SchemaError } from "../src/grammar/schema-to-grammar.js";
import { GrammarCompiler } from "../src/grammar/worker/grammar-compiler.js";

const forever = new AbortController().signal;
/** Takes long to be taken apart: each letter can be in many places. */
const heavy = (salt: number) => ({
  schema: {
    type: "object",
    properties: Object.fromEntries(
      Array.from({ length: 200 }, (_, at) => [
        `p${at}`,
        { type: "string", pattern: `^(${salt}|a|b|ab){0,${300 + at}}c(d|e|de){0,${300 + at}}$` },
      ]),
    ),
  },
});

describe("grammars are made off the thread that serves", () => {
  const compilers: GrammarCompiler[] = [];
  const start = (...budget: ConstructorParameters<typeof GrammarCompiler>): GrammarCompiler => {
    const compiler = new GrammarCompiler(...budget);
    compilers.push(compiler);
    return compiler;
  };

  afterEach(async () => {
    await Promise.all(compilers.splice(0).map((compiler) => compiler.stop()));
  });

  it("gives the grammar, what of the schema is not kept to, and the ways to end a text", async () => {
    const schema = { type: "array", items: { enum: ["yes", "no"] }, uniqueItems: true };
    const grammar = await start().compile({ schema }, forever);
    expect(grammar.gbnf).toContain("root ::=");
    expect(grammar.loose).toEqual(["uniqueItems at #: Items can repeat: a grammar does not remember earlier items."]);
    expect(await grammar.ending('["yes",', forever)).toContain("root ::=");
    expect(await grammar.ending('["yes"]', forever)).toBeUndefined();
  });

  it("a schema that takes long leaves the thread free, and ends when its time is over", async () => {
    const compiler = start({ longestJobMs: 3000 });
    let turns = 0;
    const clock = setInterval(() => turns++, 5);
    await expect(compiler.compile(heavy(1), forever)).rejects.toThrow("takes more than 3 s");
    clearInterval(clock);
    // Held, it would not have had a single one.
    expect(turns).toBeGreaterThan(0);
    expect((await compiler.compile({ schema: { type: "integer" } }, forever)).gbnf).toContain("root ::=");
  });

  it("a schema that takes too much memory ends, and nothing else with it", { timeout: 90_000 }, async () => {
    // However slow the machine is, the memory is full before the time is over.
    const compiler = start({ mostMemoryMb: 24, longestJobMs: 60_000 });
    const words = Array.from({ length: 40_000 }, (_, index) => `${index * 7919} and ${(index * 104_729) % 999_983}`);
    await expect(compiler.compile({ schema: { enum: words } }, forever)).rejects.toThrow("takes more than 24 MB");
    expect((await compiler.compile({}, forever)).gbnf).toContain("root ::=");
  });

  it("ends with the client that wants it; those who wait get their turn", async () => {
    const compiler = start();
    const clients = [new AbortController(), new AbortController(), new AbortController()];
    const left = clients.map((client, at) => compiler.compile(heavy(10 + at), client.signal));
    const waits = compiler.compile({ schema: { type: "boolean" } }, forever);
    for (const client of clients) client.abort(new Error("left"));
    for (const leaver of left) await expect(leaver).rejects.toThrow("left");
    expect((await waits).gbnf).toContain("true");
  });

  it.each([
    ["is nested too deep", nested(300), "nested more than 256 levels"],
    ["is too long", { enum: [..."x".repeat(500_000)] }, "more than 2000000"],
    [
      "has a pattern that is nested too deep",
      { type: "string", pattern: "(".repeat(5000) + ")".repeat(5000) },
      "groups within groups",
    ],
    ["is wrong", { type: "nonsense" }, "Unrecognized schema"],
  ])("a schema that %s is refused", async (_, schema, message) => {
    const refused = start().compile({ schema }, forever);
    await expect(refused).rejects.toBeInstanceOf(SchemaError);
    await expect(refused).rejects.toThrow(message);
  });
});

function nested(depth: number): Record<string, unknown> {
  let schema: Record<string, unknown> = { type: "integer" };
  for (let level = 0; level < depth; level++) schema = { type: "array", items: schema };
  return schema;
}
