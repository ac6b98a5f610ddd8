import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { benchmarkModel, parseReport } from "@codo/ollama-bench";
import { ConfigManager, ProjectTrust } from "@codo/ollama-config";

import { createExecutor, type ModelExecutor, OllamaClient } from "@codo/ollama-core";
import { startEngine } from "@codo/ollama-engine";
import { OutputManager } from "@codo/ollama-output";
import { Conversation, ModelRunner } from "@codo/ollama-runner";
import { ScriptedExecutor } from "@codo/ollama-runner/testing";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";

const RELEASED = join(import.meta.dirname, "fixtures/released");
const PROMPTS = ["What is the capital of France?", "What is the capital of Japan?"];
const ANSWERS = ["The capital of France is Paris.", "The capital of Japan is Tokyo."];
const versions = await readdir(RELEASED);
const runner = new ModelRunner(new ScriptedExecutor({ reply: () => "asked again" }));
let engine: Awaited<ReturnType<typeof startEngine>>;
let executor: ModelExecutor;
let folder: string;
const inFolder = (name: string): string => join(folder, name);
const text = (name: string): Promise<string> => readFile(inFolder(name), "utf8");

beforeAll(async () => {
  engine = await startEngine();
  executor = createExecutor(new OllamaClient({ host: engine.url }));
});
afterAll(() => engine.stop());
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "codo-released-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const runBatch = () => runner.runBatch("codo-tiny", PROMPTS, { temperature: 0 }, { journal: inFolder("batch.jsonl") });
const resumeBench = () =>
  benchmarkModel(
    executor,
    "codo-tiny",
    ["Why is the sky blue?"],
    { temperature: 0 },
    {
      trials: 1,
      journal: inFolder("bench-journal.jsonl"),
      resume: true,
    },
  );

describe.each(versions)("files that version %s left on disk", (version) => {
  beforeEach(() => cp(join(RELEASED, version), folder, { recursive: true }));

  it("a report is read", async () => {
    expect(parseReport(await text("bench-report.json")).run.status).toBe("complete");
  });

  it("a measurement that was finished is not run again", async () => {
    const before = await text("bench-journal.jsonl");
    expect((await resumeBench()).run.status).toBe("complete");
    expect(await text("bench-journal.jsonl")).toBe(before);
  });

  it("a conversation goes on", async () => {
    const conversation = await Conversation.load(inFolder("conversation.json"), runner);
    expect(conversation.messages.at(-1)?.content).toBe(ANSWERS[0]);
    await conversation.send(PROMPTS[1] as string);
    expect(conversation.messages).toHaveLength(4);
  });

  it("settings and exported settings are read", async () => {
    const settings = new ConfigManager(inFolder("settings.jsonc"));
    expect((await settings.resolveExecutionOptions("codo-tiny")).temperature).toBe(0.25);
    const others = new ConfigManager(inFolder("others.json"));
    expect(await others.importConfig(inFolder("exported-settings.json"))).toBe(true);
    expect((await others.resolveExecutionOptions("codo-tiny")).temperature).toBe(0.25);
  });

  it("a finished batch is not run again", async () => {
    expect((await runBatch()).map(({ response }) => response)).toEqual(ANSWERS);
  });

  it("results are listed, searched and read, and new ones stand beside them", async () => {
    await using outputs = new OutputManager(inFolder("outputs"));
    const { items } = await outputs.listSavedOutputs();
    expect(items.map(({ kind }) => kind)).toEqual(["benchmark", "result", "result"]);
    expect((await outputs.searchOutputs("Tokyo")).items).toHaveLength(1);
    const [first] = items.filter(({ kind }) => kind === "result");
    expect((await outputs.getOutput(first?.id ?? ""))?.response).toBe(ANSWERS[1]);
    await outputs.saveModelOutput("codo-tiny", "a prompt", "an answer");
    expect((await outputs.listSavedOutputs()).items).toHaveLength(4);
  });
});

/** Puts a file of the last version into the folder as a later version would have left it. */
async function fromLater(name: string, pattern: RegExp, to: string): Promise<void> {
  const content = await readFile(join(RELEASED, versions.at(-1) ?? "", name), "utf8");
  expect(content).toMatch(pattern);
  await mkdir(dirname(inFolder(name)), { recursive: true });
  await writeFile(inFolder(name), content.replace(pattern, to));
}

const VERSION = /"schemaVersion": ?1\b/;
const LATER = '"schemaVersion":99';

describe("a file that a later version left on disk is refused and left alone", () => {
  it.each<[string, string, () => Promise<unknown>]>([
    ["report", "bench-report.json", async () => parseReport(await text("bench-report.json"))],
    ["journal of a benchmark", "bench-journal.jsonl", resumeBench],
    ["conversation", "conversation.json", () => Conversation.load(inFolder("conversation.json"), runner)],
    ["journal of a batch", "batch.jsonl", runBatch],
    [
      "file of exported settings",
      "exported-settings.json",
      () => new ConfigManager(inFolder("mine.json")).import(inFolder("exported-settings.json")),
    ],
  ])("a %s", async (_what, name, read) => {
    await fromLater(name, VERSION, LATER);
    const before = await text(name);
    await expect(read()).rejects.toThrow(/schemaVersion 99, and this version reads 1: it is of a later version/);
    expect(await text(name)).toBe(before);
    expect(await readdir(folder)).toEqual([name]);
  });

  it("a file of trusted projects", async () => {
    const content = '{ "schemaVersion": 99, "projects": {} }\n';
    await writeFile(inFolder("trusted-projects.json"), content);
    const trust = new ProjectTrust({ CODO_STATE_DIR: folder });
    await expect(trust.remove(folder)).rejects.toThrow(/schemaVersion 99, and this version reads 1/);
    expect(await text("trusted-projects.json")).toBe(content);
  });

  it("a result", async () => {
    const path = "outputs/codo-tiny/2026/11/28/09-44-47.194-01M8GRNZTTP3XFWMC4Q9RF53R6.json";
    await cp(join(RELEASED, "0.1.0"), folder, { recursive: true });
    await fromLater(`outputs/${path}`, VERSION, LATER);
    const before = await text(`outputs/${path}`);
    await using outputs = new OutputManager(inFolder("outputs"));
    await outputs.rebuildIndex();
    await expect(outputs.getOutput(inFolder(`outputs/${path}`))).rejects.toThrow(/schemaVersion is 99, and 1 is known/);
    expect(await text(`outputs/${path}`)).toBe(before);
  });
});
