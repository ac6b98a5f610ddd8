import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type CliHome, createHome, startTestEngine, type TestEngine } from "./support/cli-harness.js";

const SLOW = 120_000;

let engine: TestEngine;
let home: CliHome;

beforeAll(async () => {
  engine = await startTestEngine();
  home = await createHome(engine.url);
}, SLOW);

afterAll(async () => {
  await engine?.stop();
});

const utf16 = (text: string): Buffer => Buffer.from(`\uFEFF${text}`, "utf16le");
const latin1 = (text: string): Buffer => Buffer.from(text, "latin1");

async function put(name: string, bytes: Buffer): Promise<string> {
  const file = join(home.folder, name);
  await writeFile(file, bytes);
  return file;
}

describe("text that is UTF-16 or begins with a byte order mark", () => {
  it.each([
    ["UTF-8 with its mark", Buffer.from("\uFEFFGrüße 世界\n")],
    ["UTF-16 LE", utf16("Grüße 世界\n")],
    ["UTF-16 BE", Buffer.from(utf16("Grüße 世界\n")).swap16()],
  ])("is the prompt that was meant: %s", { timeout: SLOW }, async (_, bytes) => {
    const { stdout, stderr, status } = await home.codo(["run", "-m", "codo-tiny", "--json", "--no-save"], {
      stdin: bytes,
    });
    expect(status, stderr).toBe(0);
    expect(JSON.parse(stdout).prompt).toBe("Grüße 世界");
    const chat = await home.codo(["chat", "-m", "codo-tiny", "--json", "--no-save"], { stdin: bytes });
    expect(chat.status, chat.stderr).toBe(0);
    expect(JSON.parse(chat.stdout).prompt).toContain("Grüße 世界");
  });

  it("makes a model, sets a format, and fills a batch", { timeout: SLOW }, async () => {
    const modelfile = await put("utf16.Modelfile", utf16('FROM codo-tiny\nSYSTEM "Grüße"\n'));
    const made = await home.codo(["models", "create", "sixteen", "-f", modelfile]);
    expect(made.status, made.stderr).toBe(0);
    const schema = await put(
      "schema.json",
      utf16('{"type":"object","properties":{"ok":{"type":"boolean"}},"required":["ok"]}'),
    );
    const answer = await home.codo(["run", "Is it?", "-m", "codo-tiny", "--format", schema, "--json", "--no-save"]);
    expect(typeof JSON.parse(JSON.parse(answer.stdout).response).ok).toBe("boolean");
    const input = await put("input.jsonl", utf16('{"id":"a","prompt":"erste Größe"}\r\n"zweite"\r\n'));
    const batch = await home.codo(["batch", input, "-m", "codo-tiny", "--json"]);
    expect(batch.status, batch.stderr).toBe(0);
    const lines = batch.stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(lines.flatMap(({ result }) => (result ? [result.prompt] : [])).sort()).toEqual(["erste Größe", "zweite"]);
  });
});

describe("bytes that are no text", () => {
  it.each([
    ["run -m codo-tiny", latin1("caf\xe9"), "The piped input", 3],
    ["chat -m codo-tiny --no-save", Buffer.from("hello", "utf16le"), "The piped input", 1],
    ["batch -m codo-tiny", latin1('{"prompt":"caf\xe9"}\n'), "The piped input", 14],
    ["embed -m codo-tiny-embed --lines", latin1("one\ncaf\xe9\n"), "The piped input", 7],
  ])(
    "are refused by codo %s with their place, and nothing is sent",
    { timeout: SLOW },
    async (line, input, source, offset) => {
      const { stdout, stderr, status } = await home.codo(line.split(" "), { stdin: input });
      expect([status, stdout]).toEqual([2, ""]);
      expect(stderr).toContain(`${source} is not text that can be read`);
      expect(stderr).toContain(`at byte ${offset}.`);
      expect(stderr).toContain("Save it as UTF-8");
    },
  );

  it.each([
    ["run hi -m codo-tiny --format FILE", 2],
    ["run hi -m codo-tiny --context FILE", 2],
    ["batch FILE -m codo-tiny", 2],
    ["models create x -f FILE", 2],
    ["bench -m codo-tiny --prompts FILE", 2],
    ["report FILE", 2],
    ["config import FILE", 1],
    ["config list --config FILE", 1],
  ])("are refused in a file by codo %s", { timeout: SLOW }, async (line, expected) => {
    const file = await put("latin1.txt", latin1('{"prompt":"caf\xe9"}\n'));
    const { stderr, status } = await home.codo(line.replace("FILE", file).split(" "));
    expect(stderr).toMatch(/latin1\.txt is not text that can be read: 0xe9.* at byte 14\./);
    expect(status).toBe(expected);
  });
});
