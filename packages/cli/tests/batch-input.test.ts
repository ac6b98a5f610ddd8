import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type AskedServer, startAskedServer } from "./support/asked-server.js";
import { type CliHome, createHome } from "./support/cli-harness.js";

const SLOW = 60_000;

let server: AskedServer;
let home: CliHome;

beforeAll(async () => {
  server = await startAskedServer([{ name: "small:latest" }, { name: "large:latest" }]);
  home = await createHome(server.url);
});

afterAll(async () => await server?.[Symbol.asyncDispose]());

beforeEach(() => {
  server.asked.length = 0;
});

async function batch(file: string, text: string, more = "-m small") {
  await writeFile(join(home.folder, file), text);
  return await home.codo(["batch", file, "--journal", `${file}.${Math.random()}.out`, "-c", "1", ...more.split(" ")]);
}

const lines = (text: string) =>
  text
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
const prompts = () => server.asked.map(({ body }) => body.prompt ?? body.messages?.at(-1)?.content);

describe("a line's fields are followed", { timeout: SLOW }, () => {
  it("each as what it is", async () => {
    const tool = { type: "function", function: { name: "f", parameters: {} } };
    const { status, stderr } = await batch(
      "fields.jsonl",
      [
        { custom_id: "a", model: "large", prompt: "1", temperature: 0.9, max_tokens: 5, stop: "x", seed: 3, top_k: 7 },
        { id: "b", prompt: "2", think: true, keep_alive: "1h", system: "S", options: { num_ctx: 99 }, suffix: "after" },
        { id: "c", prompt: "3", tools: [tool], format: { type: "object" } },
      ]
        .map((item) => JSON.stringify(item))
        .join("\n"),
    );
    expect(status, stderr).toBe(0);
    expect(server.asked.map(({ path, body }) => ({ path, ...body }))).toEqual([
      expect.objectContaining({
        path: "/api/generate",
        model: "large",
        prompt: "1",
        options: { temperature: 0.9, num_predict: 5, stop: ["x"], seed: 3, top_k: 7 },
      }),
      expect.objectContaining({
        think: true,
        keep_alive: "1h",
        system: "S",
        options: { num_ctx: 99 },
        suffix: "after",
      }),
      expect.objectContaining({
        path: "/api/chat",
        tools: [tool],
        messages: [{ role: "user", content: "3" }],
        format: { type: "object" },
      }),
    ]);
  });

  it("an option under its wire name is noted once, wherever it stands", async () => {
    const lines = '{"prompt":"a","options":{"num_predict":2}}\n{"prompt":"b","options":{"num_predict":4}}\n';
    const { status, stderr } = await batch("wire.jsonl", lines, "-m small -o num_predict=3");
    expect(status, stderr).toBe(0);
    expect(stderr.match(/"num_predict" has its wire name/g)).toHaveLength(1);
  });

  it("or named, in a note and in the result", async () => {
    const { status, stderr, stdout } = await batch(
      "unknown.jsonl",
      '{"prompt":"a","temprature":0.1}\n{"prompt":"b","temprature":0.2,"options":{"mirostatt":1}}\n',
      "-m small --json",
    );
    expect(status).toBe(0);
    expect(stderr.match(/"temprature"/g)).toHaveLength(1);
    expect(stderr).toContain('The field "temprature" of a batch item is unknown and was not followed.');
    expect(stderr).toContain('Option "mirostatt" is unknown');
    expect(lines(stdout)[0].result.metadata.warnings).toEqual([expect.stringContaining('"temprature"')]);
  });

  it("or are why the item fails, which is named with its reason", async () => {
    const { status, stderr, stdout } = await batch(
      "bad.jsonl",
      '{"id":"a","prompt":"a","format":"yaml"}\n{"prompt":"b","model":"none"}\n{"id":"c","model":"none","prompt":"c"}\n{"q":1}\n{"prompt":"d"}\n',
      "-m small --json",
    );
    expect(status).toBe(1);
    expect(stderr).toContain('Item "a" failed: In a batch item `format` is "json", "text" or a JSON Schema.');
    expect(stderr).toMatch(/Items 2, "c" failed: .*model 'none' not found.\n {6}`codo models list`/);
    expect(stderr).toContain("Item 4 failed: A batch item is a string, or an object with a string `prompt`");
    expect(lines(stdout).at(-1).summary).toMatchObject({ total: 5, succeeded: 1, failed: 4 });
  });

  it("a model of a line is in the result", async () => {
    const { stdout } = await batch("models.jsonl", '{"prompt":"a","model":"large"}\n"b"\n', "-m small --json");
    const { 0: a, 1: b } = lines(stdout);
    expect([a.result.modelName, b.result.modelName]).toEqual(["large", "small"]);
  });
});

describe("OpenAI's batch format", { timeout: SLOW }, () => {
  const request = (custom_id: string, body: object, url = "/v1/chat/completions") =>
    JSON.stringify({ custom_id, method: "POST", url, body });
  const system = { role: "developer", content: "Be brief." };

  it("goes in and comes out, the ids with the answers", async () => {
    const input = [
      request("r-1", { model: "gpt-4o-mini", messages: [system, { role: "user", content: "Hello" }], max_tokens: 20 }),
      request("r-2", {
        model: "gpt-4o-mini",
        messages: [
          {
            role: "user",
            content: [
              { type: "text", text: "See" },
              { type: "image_url", image_url: { url: "data:image/png;base64,AAAA" } },
            ],
          },
        ],
        response_format: { type: "json_schema", json_schema: { name: "n", schema: { type: "object" } } },
        reasoning_effort: "none",
        n: 1,
        service_tier: "flex",
      }),
      request("r-3", { prompt: "Once" }, "/v1/completions"),
      request("r-4", { messages: [] }),
    ].join("\n");
    const { status, stdout, stderr } = await batch("openai.jsonl", input, "-m small --openai");
    expect(status).toBe(1);
    expect(stderr).toContain("The lines name the model gpt-4o-mini; -m runs them with small.");
    expect(stderr).toContain('The field "service_tier"');
    expect(stderr).not.toContain('The field "n"');
    expect(server.asked.map(({ body }) => body)).toEqual([
      expect.objectContaining({
        model: "small",
        messages: [
          { role: "system", content: "Be brief." },
          { role: "user", content: "Hello" },
        ],
        options: { num_predict: 20 },
      }),
      expect.objectContaining({
        messages: [{ role: "user", content: "See", images: ["AAAA"] }],
        format: { type: "object" },
        think: false,
      }),
      expect.objectContaining({ prompt: "Once" }),
    ]);
    const answered = Object.fromEntries(lines(stdout).map((line) => [line.custom_id, line]));
    expect(answered["r-1"]).toMatchObject({
      error: null,
      response: {
        status_code: 200,
        body: {
          object: "chat.completion",
          model: "small",
          choices: [{ index: 0, message: { role: "assistant", content: "Green." }, finish_reason: "stop" }],
          usage: { prompt_tokens: 9, completion_tokens: 3, total_tokens: 12 },
        },
      },
    });
    expect(answered["r-4"]).toMatchObject({ response: null, error: { code: "INVALID_REQUEST" } });
    expect(Object.keys(answered).sort()).toEqual(["r-1", "r-2", "r-3", "r-4"]);
  });

  it("keeps the models of its lines where none is named", async () => {
    const { status, stderr } = await batch("own.jsonl", request("a", { model: "large", prompt: "x" }), "--json");
    expect(status, stderr).toBe(0);
    expect(server.asked[0]?.body.model).toBe("large");
  });

  it("is refused for another endpoint before anything is sent", async () => {
    const { status, stderr } = await batch(
      "embeddings.jsonl",
      `${request("a", { prompt: "x" }, "/v1/completions")}\n${request("b", { input: "x" }, "/v1/embeddings")}`,
    );
    expect([status, server.asked]).toEqual([2, []]);
    expect(stderr).toContain("embeddings.jsonl:2 is for /v1/embeddings");
    expect(stderr).toContain("`codo embed --lines` makes vectors.");
  });
});

describe("tables and arrays", { timeout: SLOW }, () => {
  it.each([
    [
      "rows.csv",
      '\uFEFFid,prompt,note\r\n1,"Hello, you",x\r\n2,"What is\nyour ""name""?",\r\n',
      ["Hello, you", 'What is\nyour "name"?'],
    ],
    ["rows.tsv", 'prompt\ttemperature\nsay "hi"\t0.5\n', ['say "hi"']],
    ["array.json", '[\n  {"id":"a","prompt":"Hello"},\n  {"id":"b","prompt":"World"}\n]\n', ["Hello", "World"]],
    ["strings.json", '["Hello","World"]\n', ["Hello", "World"]],
    ["array.jsonl", '[{"prompt":"Hello"}]', ["Hello"]],
    ["lines.txt", "# A title\n// and more\n[sic] a prompt\n", ["# A title", "// and more", "[sic] a prompt"]],
    ["mixed.jsonl", 'Hello\n"# quoted"\n{"prompt":"World"}\n', ["Hello", "# quoted", "World"]],
  ])("%s gives its items", async (file, text, expected) => {
    const { status, stderr } = await batch(file, text);
    expect(status, stderr).toBe(0);
    expect(prompts()).toEqual(expected);
  });

  it("cells have the types of their columns", async () => {
    const { stderr, stdout } = await batch(
      "types.csv",
      'id,prompt,model,temperature,max_tokens,stop,think,system,group\n7,Hi,large,0.5,4,END,true,12,x\n8,Ho,,,,"[""a"",""b""]",,,\n',
      "-m small --json",
    );
    expect(stderr.match(/Note:.*"group".*/g)).toHaveLength(1);
    expect(server.asked[0]?.body).toMatchObject({
      model: "large",
      system: "12",
      think: true,
      options: { temperature: 0.5, num_predict: 4, stop: ["END"] },
    });
    expect(server.asked[1]?.body).toMatchObject({ model: "small", options: { stop: ["a", "b"] } });
    expect(lines(stdout)[0]).toMatchObject({ id: "7" });
  });

  it("a pipe is read as what it is said to be, or as what it begins with", async () => {
    const run = (more: string[], stdin: string) => home.codo(["batch", "-m", "small", "-c", "1", ...more], { stdin });
    await run(["--input-format", "csv"], "prompt\nfrom csv\n");
    await run([], '["from an array"]');
    expect(prompts()).toEqual(["from csv", "from an array"]);
    const commented = await run([], '# a comment\n{"prompt":"Hello"}\n');
    expect(commented.stderr).toContain("input:1 looks like a comment");
    expect(server.asked).toHaveLength(2);
  });

  it.each([
    [
      "comment.jsonl",
      '# a comment\n{"prompt":"a"}\n',
      'comment.jsonl:1 looks like a comment, and JSONL has none: "# a',
    ],
    ["slashes.jsonl", '{"prompt":"a"}\n// b\n', "slashes.jsonl:2 looks like a comment"],
    ["comma.jsonl", '{"prompt":"a"},\n{"prompt":"b"}\n', "comma.jsonl:1 ends with a comma."],
    ["pretty.jsonl", '{\n  "prompt": "a"\n}\n', "pretty.jsonl:1 is not JSON"],
    ["comma.json", '[\n  "a",\n  "b",\n]\n', "comma.json:4 has a comma before a closing bracket"],
    ["note.json", '[\n  // a\n  "b"\n]\n', "note.json:2 has a comment"],
    ["cut.json", '[\n  "b"\n  "c"]\n', "cut.json:3 is not JSON"],
    ["columns.csv", "id,question\n1,Why?\n", 'columns.csv has no column "prompt"; it has: id, question.'],
    ["twice.csv", "prompt,prompt\n1,2\n", 'twice.csv has the column "prompt" twice.'],
    ["ragged.csv", "prompt,id\na,1\nb,2,3\n", "ragged.csv:3: "],
    ["quote.csv", 'prompt\n"a\n', "quote.csv:"],
    ["latin1.csv", "prompt\ncaf\xe9\n", "latin1.csv is not text that can be read: 0xe9"],
  ])("%s is refused with its place, and nothing is sent", async (file, text, expected) => {
    await writeFile(join(home.folder, file), text, file === "latin1.csv" ? "latin1" : "utf8");
    const { status, stderr } = await home.codo(["batch", file, "-m", "small"]);
    expect([status, server.asked], stderr).toEqual([2, []]);
    expect(stderr).toContain(expected);
  });

  it("columns are the variables of a template", async () => {
    await writeFile(join(home.folder, "ask.md"), "---\nvariables: { lang: }\n---\n{{lang}}: {{input}}\n");
    await writeFile(join(home.folder, "ask.csv"), "lang,input\nde,Hello\nfr,World\n");
    const { status, stderr } = await home.codo(["batch", "ask.csv", "-t", "./ask.md", "-m", "small", "-c", "1"]);
    expect([status, stderr.includes("Note:")], stderr).toEqual([0, false]);
    expect(prompts()).toEqual(["de: Hello", "fr: World"]);
  });

  it("an item that was changed under its id runs again, and not one that is the same", async () => {
    const file = join(home.folder, "changed.jsonl");
    const ask = async (prompt: string, ...more: string[]) => {
      server.asked.length = 0;
      await writeFile(file, `${JSON.stringify({ id: "a", prompt })}\n`);
      const run = await home.codo(["batch", file, "-m", "small", "--continue-anyway", ...more]);
      expect(run.status, run.stderr).toBe(0);
      return server.asked.map(({ body }) => [body.prompt, body.system, body.think, body.options]);
    };
    expect(await ask("What is your name?")).toEqual([["What is your name?", undefined, undefined, undefined]]);
    expect(await ask("Hello")).toEqual([["Hello", undefined, undefined, undefined]]);
    expect(await ask("Hello")).toEqual([]);
    expect(await ask("Hello", "--system", "Be brief.")).toEqual([["Hello", "Be brief.", undefined, undefined]]);
    expect(await ask("Hello", "--think", "true")).toEqual([["Hello", undefined, true, undefined]]);
    expect(await ask("Hello", "-o", "seed=3")).toEqual([["Hello", undefined, undefined, { seed: 3 }]]);
  });

  it("a model that was made anew under its name does not give the answers of the earlier one", async () => {
    await writeFile(join(home.folder, "made.txt"), "a\n");
    const run = async (...more: string[]) => await home.codo(["batch", "made.txt", "-m", "small", ...more]);
    expect((await run()).status).toBe(0);
    server.models = [{ name: "small:latest", digest: "e".repeat(64) }, { name: "large:latest" }];
    const again = await run();
    expect([again.status, server.asked.length]).toEqual([2, 1]);
    expect(again.stderr).toContain('The model "small" has changed since the journal');
    expect(again.stderr).toContain("--continue-anyway");
    const gone = await run("--continue-anyway");
    expect([gone.status, gone.stderr.includes("1 of them from the journal")], gone.stderr).toEqual([0, true]);
  });

  it("nor does one that only a line names", async () => {
    await writeFile(join(home.folder, "line.jsonl"), '{"prompt":"a","model":"large"}\n{"prompt":"b"}\n');
    const run = async (...more: string[]) => await home.codo(["batch", "line.jsonl", "-m", "small", ...more]);
    const small = { name: "small:latest" };
    server.models = [small, { name: "large:latest", digest: "1".repeat(64) }];
    expect((await run()).status).toBe(0);
    expect((await run()).stderr).toContain("2 of them from the journal");
    server.models = [small, { name: "large:latest", digest: "2".repeat(64) }];
    const again = await run();
    expect([again.status, server.asked.length]).toEqual([2, 2]);
    expect(again.stderr).toMatch(/The model "large" has changed since the journal[\s\S]*--continue-anyway/);
    expect((await run("--continue-anyway")).stderr).toContain("2 of them from the journal");
  });

  it("a file that is no journal is left as it is, and the command line is at fault", async () => {
    await writeFile(join(home.folder, "notes.txt"), "my notes\n");
    const refused = await home.codo(["batch", "-m", "small", "-O", "notes.txt"], { stdin: "a\n" });
    expect([refused.status, server.asked]).toEqual([2, []]);
    expect(refused.stderr).toMatch(/is not a journal of a batch\.[\s\S]*another file for the journal with -O FILE/);
    expect(await readFile(join(home.folder, "notes.txt"), "utf8")).toBe("my notes\n");
  });

  it("the journal of a table is beside it, and is gone on with", async () => {
    await writeFile(join(home.folder, "again.csv"), "id,prompt\n1,a\n2,b\n");
    await home.codo(["batch", "again.csv", "-m", "small"]);
    const again = await home.codo(["batch", "again.csv", "-m", "small"]);
    expect(again.stderr).toContain("2 of them from the journal");
    expect(lines(await readFile(join(home.folder, "again.results.jsonl"), "utf8"))).toHaveLength(2);
  });
});
