import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Engine, startEngine } from "../src/index.js";
import { aiSdkClient } from "./foreign-clients/ai-sdk-client.js";
import { anthropicClient } from "./foreign-clients/anthropic-client.js";
import type { ClientTasks, ForeignClient } from "./foreign-clients/client-tasks.js";
import { langchainClient } from "./foreign-clients/langchain-client.js";
import { officialClient } from "./foreign-clients/official-client.js";
import { OFFICIAL_EXAMPLES, type OfficialExample } from "./foreign-clients/official-examples.js";
import { openaiClient } from "./foreign-clients/openai-client.js";
import { promptfooRequests } from "./foreign-clients/promptfoo-requests.js";

const CLIENTS = [officialClient, openaiClient, anthropicClient, langchainClient, aiSdkClient, promptfooRequests];

let engine: Engine;
beforeAll(async () => {
  engine = await startEngine();
});
afterAll(() => engine.stop());

/** What each task has to give, whichever client does it. */
const TASKS: Record<keyof ClientTasks, (tasks: ClientTasks) => Promise<void>> = {
  chat: async (tasks) => expect(await tasks.chat()).toMatch(/blue/),
  async stream(tasks) {
    const pieces = await tasks.stream();
    expect(pieces.filter((piece) => piece !== "").length).toBeGreaterThan(3);
    expect(pieces.join("")).toBe(await tasks.chat());
  },
  async embed(tasks) {
    const vectors = await tasks.embed();
    expect(vectors.map(({ length }) => length)).toEqual([128, 128]);
    for (const vector of vectors) expect(Math.hypot(...vector)).toBeCloseTo(1, 4);
  },
  structure: async (tasks) =>
    expect(await tasks.structure()).toEqual({ name: expect.any(String), age: expect.any(Number) }),
  callTool: async (tasks) =>
    expect(await tasks.callTool()).toEqual({
      name: "get_weather",
      input: { city: "Paris" },
      answer: expect.stringContaining("18"),
    }),
  askUnknownModel: async (tasks) => {
    await expect(tasks.askUnknownModel()).rejects.toThrow(/'nowhere(:latest)?' not found/);
  },
};

const completed = new Map<string, number>();

describe.each(CLIENTS.map((client) => [client.name, client] as const))("%s", (name, client) => {
  const able = (Object.keys(TASKS) as (keyof ClientTasks)[]).filter((task) => !(task in client.cannot));

  it.each(able)("completes: %s", async (task) => {
    await TASKS[task](client.connect(engine.url) as ClientTasks);
    completed.set(name, (completed.get(name) ?? 0) + 1);
  });
});

const succeeded = new Set<string>();

it.each(OFFICIAL_EXAMPLES.map((example) => [example.name, example] as const))(
  "the official client's example %s ends as it should",
  async (name, { run }) => {
    await run(engine.url);
    succeeded.add(name);
  },
);

it("the page has the tables of what was completed here", async () => {
  const page = new URL("../../../docs/other-clients.md", import.meta.url);
  const rows = await Promise.all(CLIENTS.map(row));
  const table = [
    "| client | version | tasks completed | can't, because | |",
    "| --- | --- | --- | --- | --- |",
    ...rows,
    "",
    "The official client's examples, made again with `codo-tiny`:",
    "",
    "| example | ends as it should | can't, because |",
    "| --- | --- | --- |",
    ...OFFICIAL_EXAMPLES.map(exampleRow),
  ].join("\n");
  const text = (await readFile(page, "utf8")).replace(
    /<!-- clients -->.*<!-- end of clients -->/s,
    () => `<!-- clients -->\n\n${table}\n\n<!-- end of clients -->`,
  );
  await expect(text).toMatchFileSnapshot(page.pathname);
});

function exampleRow({ name, cannot }: OfficialExample): string {
  const end = cannot === undefined ? "yes" : "refused with the reason";
  return `| \`${name}\` | ${succeeded.has(name) ? end : "no"} | ${cannot ?? ""} |`;
}

async function row(client: ForeignClient): Promise<string> {
  const version = client.version ?? (await installedVersion(client.name));
  const count = `${completed.get(client.name) ?? 0} of ${Object.keys(TASKS).length}`;
  const cannot = Object.values(client.cannot).join("; ");
  return `| \`${client.name}\` | ${version} | ${count} | ${cannot} | ${client.note} |`;
}

/** Some packages do not export their `package.json`. */
async function installedVersion(name: string): Promise<string> {
  const folder = createRequire(import.meta.url)
    .resolve.paths(name)
    ?.map((path) => `${path}/${name}/package.json`);
  for (const path of folder ?? []) {
    const text = await readFile(path, "utf8").catch(() => undefined);
    if (text !== undefined) return (JSON.parse(text) as { version: string }).version;
  }
  throw new Error(`${name} is not installed`);
}
