import { chmod, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type AskedServer, startAskedServer } from "./support/asked-server.js";
import { type CliHome, createHome } from "./support/cli-harness.js";

const SUMMARIZE = `description: Summarize a text
model: qwen3:8b
system: You write {{lang}}.
prompt: |
  Summarize in {{ words }} words:

  {{input}}
options: { temperature: 0, num_ctx: 4096 }
schema: { type: object, properties: { summary: { type: string } } }
variables:
  lang:
  words: { default: 20, description: How long }
`;

let server: AskedServer;
let home: CliHome;
let project: string;

beforeAll(async () => {
  server = await startAskedServer([{ name: "llama3.2:latest", days: 3 }, { name: "qwen3:8b" }]);
  home = await createHome(server.url);
  project = join(home.folder, "project");
  await mkdir(join(project, ".codo", "templates"), { recursive: true });
  await mkdir(join(project, "below"));
  await mkdir(join(home.folder, "config", "codo", "templates"), { recursive: true });
  await write("summarize.yaml", SUMMARIZE);
  await write(
    "explain.md",
    "---\nmodel: llama3.2\nvariables: { to: a child }\n---\nExplain to {{to}}, and keep \\{{to}}:\n",
  );
  await writeFile(join(project, ".codo", "templates", "explain.md"), "The project's: {{input}}\n");
});
beforeEach(() => {
  server.asked.length = 0;
});
afterAll(async () => await server?.[Symbol.asyncDispose]());

async function write(name: string, text: string): Promise<void> {
  await writeFile(join(home.folder, "config", "codo", "templates", name), text);
}

async function asks(args: readonly string[], options: { stdin?: string; cwd?: string } = {}) {
  const { status, stderr } = await home.codo(args, options);
  expect(status, stderr).toBe(0);
  const { model, prompt, system, options: sent, format } = server.asked.at(-1)?.body ?? {};
  return { model, prompt, system, options: sent, format };
}

describe("codo run -t", () => {
  it("fills a template, and runs it with its model, system prompt, options and schema", async () => {
    expect(await asks(["run", "-t", "summarize", "-p", "lang=de"], { stdin: "A {{words}} text.\n" })).toEqual({
      model: "qwen3:8b",
      prompt: "Summarize in 20 words:\n\nA {{words}} text.",
      system: "You write de.",
      options: { temperature: 0, num_ctx: 4096 },
      format: { type: "object", properties: { summary: { type: "string" } } },
    });
  });

  it("lets the command line go before the template: model word, system, preset, options", async () => {
    const line = ["run", "llama3.2", "-t", "summarize", "A text", "-p", "lang=de", "-p", "words=3"];
    expect(await asks([...line, "-s", "Be brief.", "--preset", "fast", "-o", "num_ctx=512"])).toMatchObject({
      model: "llama3.2",
      prompt: "Summarize in 3 words:\n\nA text",
      system: "Be brief.",
      options: { temperature: 0.1, num_ctx: 512 },
    });
  });

  it("puts the input after a prompt without {{input}}, and takes the project's file before the user's", async () => {
    expect(await asks(["run", "-t", "explain", "-p", "to=me", "Rain"])).toMatchObject({
      model: "llama3.2",
      prompt: "Explain to me, and keep {{to}}:\n\nRain",
    });
    expect(await asks(["run", "-t", "explain"])).toMatchObject({ prompt: "Explain to a child, and keep {{to}}:" });
    const below = { cwd: join(project, "below") };
    expect(await asks(["run", "-t", "explain", "Rain"], below)).toMatchObject({ prompt: "The project's: Rain" });
    const file = join(home.folder, "config", "codo", "templates", "explain.md");
    expect(await asks(["run", "-t", file, "Rain"], below)).toMatchObject({ model: "llama3.2" });
  });

  it.each([
    [["-t", "summarise"], "", /no template "summarise".*\n.*Did you mean "summarize"\?/],
    [["-t", "summarize", "Hi"], "", /needs "lang"\.\n.*-p lang=VALUE/],
    [["-t", "summarize", "-p", "lang=de"], "", /needs a text to work on\.\n.*pipe the text in/],
    [["-t", "summarize", "-p", "land=de", "Hi"], "", /no variable "land"\.\n.*Did you mean "lang"\?/],
    [["-t", "summarize", "-p", "lang", "Hi"], "", /"lang" is not NAME=VALUE/],
    [["-p", "lang=de", "Hi"], "", /no template is named/],
    [["-t", "./broken.yaml", "Hi"], "prompt: a\noptions:\n  temprature: 1\n", /broken\.yaml:3: .*\n.*"temperature"/],
    [["-t", "./broken.yaml", "Hi"], "prompt: a\noptions:\n  top_k: many\n", /broken\.yaml:3: "top_k" cannot be "many"/],
    [["-t", "./broken.yaml", "Hi"], "a: 1\nprompt: x\n", /broken\.yaml:1: A template has no key "a"/],
    [["-t", "./broken.yaml", "Hi"], "prompt: [1\n", /broken\.yaml:\d: This is not YAML/],
    [["-t", "./broken.yaml", "Hi"], "model: 3\nprompt: |\n  a\n", /broken\.yaml:1: "model" is a text, and not 3/],
    [
      ["-t", "./broken.yaml", "Hi"],
      "variables:\n  lang: de\nprompt: |\n  Hello\n  in {{lng}}\n",
      /broken\.yaml:5: Nothing fills {{lng}}.*\n.*{{lang}}/,
    ],
    [["-t", "./broken.md", "Hi"], "---\nmodel: x\nText\n", /broken\.md:1: The front matter/],
    [["-t", "./broken.md", "Hi"], "---\nmodel: x\n---\n\nText {{to}}\n", /broken\.md:5: Nothing fills {{to}}/],
    [["-t", "./missing.yaml", "Hi"], "", /missing\.yaml: there is no such file/],
  ])("stops with what to do: %j", async (args, text, message) => {
    await writeFile(join(home.folder, (args[1] ?? "").endsWith(".md") ? "broken.md" : "broken.yaml"), text);
    const { status, stderr } = await home.codo(["run", ...args]);
    expect({ status, stderr }).toEqual({ status: 2, stderr: expect.stringMatching(message) });
    expect(server.asked).toHaveLength(0);
  });

  it("does not let a project's template send a prompt to another machine", async () => {
    await writeFile(join(project, ".codo", "templates", "far.yaml"), "model: big:cloud\nprompt: '{{input}}'\n");
    const refused = await home.codo(["run", "-t", "far", "Hi"], { cwd: project });
    expect(refused).toMatchObject({ status: 2, stderr: expect.stringContaining("-m big:cloud") });
    expect(server.asked).toHaveLength(0);
  });
});

describe("codo batch -t", () => {
  it("puts each line into the template: its prompt is the input, its keys are variables", async () => {
    const lines = ["One", { prompt: "Two", lang: "fr", words: 3 }, { id: "c", input: "Three", system: "Own." }];
    await writeFile(join(home.folder, "in.jsonl"), lines.map((line) => `${JSON.stringify(line)}\n`).join(""));
    const line = ["batch", "in.jsonl", "-t", "summarize", "-p", "lang=de", "--concurrency", "1"];
    const { status, stderr } = await home.codo(line);
    expect(status, stderr).toBe(0);
    expect(server.asked.map(({ body }) => [body?.model, body?.prompt, body?.system])).toEqual([
      ["qwen3:8b", "Summarize in 20 words:\n\nOne", "You write de."],
      ["qwen3:8b", "Summarize in 3 words:\n\nTwo", "You write fr."],
      ["qwen3:8b", "Summarize in 20 words:\n\nThree", "Own."],
    ]);
    server.asked.length = 0;
    expect((await home.codo([...line.slice(0, -4), "-p", "lang=it", "--concurrency", "1"])).status).toBe(0);
    expect(server.asked.map(({ body }) => body?.system)).toEqual(["You write it."]);
  });

  it("names the item that a value is missing in", async () => {
    const { status, stderr } = await home.codo(["batch", "-t", "summarize"], {
      stdin: '{"prompt":"x","lang":"de"}\nTwo\n',
    });
    expect({ status, stderr }).toEqual({
      status: 2,
      stderr: expect.stringContaining('Item 2: The template "summarize" needs "lang"'),
    });
  });
});

describe("codo templates", () => {
  it("lists, shows, edits and removes them", async () => {
    const { stdout } = await home.codo(["templates", "list"], { cwd: project });
    expect(stdout).toMatch(/summarize +lang words=20 +user +Summarize a text/);
    expect(stdout).toMatch(/explain +project/);
    expect((await home.codo(["templates", "show", "summarize"])).stdout).toBe(SUMMARIZE);
    const editor = join(home.folder, "editor");
    await writeFile(editor, '#!/bin/sh\necho "prompt: Say {{input}}$MORE" > "$2"\n');
    await chmod(editor, 0o755);
    const env = { EDITOR: `${editor} --wait` };
    const made = await home.codo(["templates", "edit", "say"], { env });
    expect(made).toMatchObject({ status: 0, stderr: expect.stringContaining("codo run -t say uses") });
    expect(await asks(["run", "-t", "say", "Hi", "-m", "llama3.2"])).toMatchObject({ prompt: "Say Hi" });
    const broken = await home.codo(["templates", "edit", "say"], { env: { ...env, MORE: " {{x}}" } });
    expect(broken).toMatchObject({ status: 2, stderr: expect.stringMatching(/say\.yaml:1: Nothing fills {{x}}/) });
    const { templates } = JSON.parse((await home.codo(["templates", "list", "--json"])).stdout);
    expect(templates[1]).toMatchObject({ name: "say", error: expect.stringContaining("say.yaml:1: Nothing fills") });
    // vi would wait for ever: the input of the test is a pipe.
    const alone = await home.codo(["templates", "edit", "other"], { env: { EDITOR: "", VISUAL: "" } });
    expect(alone).toMatchObject({ status: 2, stderr: expect.stringContaining("needs a terminal") });
    expect((await home.codo(["templates", "edit", "other"], { env: { EDITOR: "no-such-editor" } })).stderr).toContain(
      "There is no editor no-such-editor",
    );
    expect((await home.codo(["templates", "rm", "explain"], { cwd: project })).status).toBe(2);
    expect((await home.codo(["templates", "rm", "explain", "--project"], { cwd: project })).status).toBe(0);
    await expect(readFile(join(project, ".codo", "templates", "explain.md"))).rejects.toThrow("ENOENT");
    expect(JSON.parse((await home.codo(["templates", "rm", "say", "--json"])).stdout)).toMatchObject({
      removed: ["say"],
    });
  });

  it("completes their names", async () => {
    expect((await home.codo(["completion", "--words=run", "--words=-t", "--words=summ"])).stdout).toBe("summarize\n");
  });
});
