import { readFileSync, statSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { describe, expect, it } from "vitest";
import { nodeFiles } from "../src/files/file-operations.js";
import { OutputManager } from "../src/index.js";
import { executionResult, scratchFolder } from "./scratch-store.js";

describe("saving", () => {
  it("keeps an execution by model and time, in a file that a person can read", async () => {
    const store = new OutputManager(scratchFolder());
    const result = executionResult();
    const path = await store.saveExecutionResult(result, { tags: ["physics"] });
    const below = relative(store.baseOutputDir, path);
    expect(below).toBe(join("outputs", "llama3.2@1b", "2026", "03", "04", `05-06-07.089-${result.id}.json`));
    const file = JSON.parse(readFileSync(path, "utf8"));
    expect(file).toMatchObject({ ...result, record: { kind: "result", id: result.id, tags: ["physics"] } });
    expect(readFileSync(path, "utf8")).toContain('\n  "schemaVersion": 1,\n');
  });

  it("keeps files and folders to their owner", async () => {
    const store = new OutputManager(join(scratchFolder(), "store"));
    const path = await store.saveModelOutput("m", "p", "r");
    expect(statSync(path).mode & 0o777).toBe(0o600);
    for (let folder = dirname(path); folder.startsWith(store.baseOutputDir); folder = dirname(folder)) {
      expect(statSync(folder).mode & 0o777).toBe(0o700);
    }
  });

  it("says that the content is to blame when JSON cannot hold it, and leaves nothing behind", async () => {
    const store = new OutputManager(scratchFolder());
    const circle: Record<string, unknown> = {};
    circle.itself = circle;
    for (const metadata of [circle, { count: 1n }]) {
      await expect(store.saveModelOutput("m", "p", "r", metadata, { pinned: true })).rejects.toMatchObject({
        code: "INVALID_REQUEST",
        message: expect.stringContaining("JSON cannot hold the output"),
      });
    }
    await expect(store.saveBatchResults([null as never])).rejects.toMatchObject({ code: "INVALID_REQUEST" });
    expect(await store.getOutputStats()).toMatchObject({ count: 0, pinned: 0 });
    await store.close();
  });

  it("gives back what it was given", async () => {
    const store = new OutputManager(scratchFolder());
    const result = executionResult({ response: "ünï 🦙 \ud800 \u0000" });
    const path = await store.saveExecutionResult(result);
    for (const key of [result.id, path]) {
      const saved = await store.getOutput(key);
      expect(saved?.result).toEqual(result);
      expect(saved).toMatchObject({ kind: "result", path, response: result.response, pinned: false });
    }
  });

  it("overwrites nothing when an id comes twice", async () => {
    const store = new OutputManager(scratchFolder());
    const result = executionResult();
    const first = await store.saveExecutionResult(result);
    const second = await store.saveExecutionResult({ ...result, response: "another" }, { pinned: true });
    expect(second).not.toBe(first);
    expect((await store.getOutput(first))?.response).toBe(result.response);
    expect(await store.getOutput(second)).toMatchObject({ response: "another", pinned: true });
    expect((await store.listSavedOutputs()).items).toHaveLength(2);
  });

  it("waits for the disk when it is asked to", async () => {
    const synced: string[] = [];
    const files = {
      ...nodeFiles,
      sync: async (path: string) => {
        synced.push(path);
        await nodeFiles.sync(path);
      },
    };
    const store = new OutputManager(scratchFolder(), { fsync: true, files });
    const path = await store.saveExecutionResult(executionResult());
    const day = join("outputs", "llama3.2@1b", "2026", "03", "04");
    const folders = Array.from({ length: 7 }, (_, i) => join(store.baseOutputDir, day, ...Array(i).fill("..")));
    expect(synced.slice(0, 2).map((name) => relative(store.baseOutputDir, dirname(name)))).toEqual([
      join(".index", "temporary"),
      join(".index", "logs"),
    ]);
    expect(synced.slice(2)).toEqual(folders);
    synced.length = 0;
    await store.saveExecutionResult(executionResult());
    expect(synced.slice(2)).toEqual(folders.slice(0, 1));
    expect((await store.getOutput(path))?.kind).toBe("result");
    await store.close();
  });

  it("saves every kind, and finds none of it outside the store's folders", async () => {
    const store = new OutputManager(scratchFolder());
    const report = { models: [{ modelName: "a" }, { modelName: "b" }], scores: [1, 2] };
    const paths = {
      output: await store.saveModelOutput("m", "p", "r", { temperature: 1 }),
      batch: await store.saveBatchResults([executionResult(), executionResult({ success: false })]),
      benchmark: await store.saveBenchmarkReport(report),
      comparison: await store.saveModelComparison(report),
      config: await store.saveModelConfig("m", { numCtx: 4096 }),
    };
    expect((await store.getOutput(paths.output))?.metadata).toEqual({ temperature: 1 });
    expect((await store.getOutput(paths.batch))?.results).toHaveLength(2);
    expect(await store.getOutput(paths.benchmark)).toMatchObject({ report, models: ["a", "b"] });
    expect((await store.listSavedOutputs({ model: "b" })).items.map((item) => item.kind).sort()).toEqual([
      "benchmark",
      "comparison",
    ]);
    expect(await store.getOutput("/etc/passwd")).toBeNull();
    expect(await store.getOutput(join(store.baseOutputDir, "outputs", "..", "..", "x"))).toBeNull();
  });

  it("answers a model's newest configuration", async () => {
    let nowMs = Date.UTC(2026, 0, 1);
    const store = new OutputManager(scratchFolder(), { clock: () => nowMs++ });
    expect(await store.loadModelConfig("m")).toBeNull();
    await store.saveModelConfig("m", { numCtx: 1 });
    await store.saveModelConfig("m:latest", { numCtx: 2 });
    expect(await store.loadModelConfig("M")).toEqual({ numCtx: 2 });
  });

  it("refuses what cannot be meant", async () => {
    const store = new OutputManager(scratchFolder());
    await expect(store.saveModelOutput("m", 3 as never, "r")).rejects.toMatchObject({ code: "INVALID_REQUEST" });
    await expect(store.listSavedOutputs({ since: "soon" })).rejects.toMatchObject({ code: "INVALID_REQUEST" });
    await expect(store.listSavedOutputs({ limit: 0 })).rejects.toMatchObject({ code: "INVALID_REQUEST" });
    await expect(store.listSavedOutputs({ cursor: "x" })).rejects.toMatchObject({ code: "INVALID_REQUEST" });
  });
});

describe("listing", () => {
  it("goes newest first through pages that do not shift while records come", async () => {
    const store = new OutputManager(scratchFolder());
    const save = (minute: number) =>
      store.saveExecutionResult(
        executionResult({
          prompt: `p${minute}`,
          metadata: {
            ...executionResult().metadata,
            createdAt: new Date(Date.UTC(2026, 0, 1, 0, minute)).toISOString(),
          },
        }),
      );
    for (const minute of [3, 1, 2, 5, 4]) await save(minute);
    const first = await store.listSavedOutputs({ limit: 2 });
    await save(6);
    const second = await store.listSavedOutputs({ limit: 2, ...cursorOf(first) });
    const third = await store.listSavedOutputs({ limit: 2, ...cursorOf(second) });
    const prompts = [first, second, third].map((page) => page.items.map((item) => item.promptPreview));
    expect(prompts).toEqual([["p5", "p4"], ["p3", "p2"], ["p1"]]);
    expect(third.nextCursor).toBeUndefined();
  });

  it("filters by model, kind, time, tag and success", async () => {
    const store = new OutputManager(scratchFolder());
    const good = await store.saveExecutionResult(executionResult(), { tags: ["a", "b"] });
    const bad = await store.saveExecutionResult(executionResult({ success: false, modelName: "Other" }));
    await store.saveModelConfig("other", {});
    const paths = async (query: Parameters<typeof store.listSavedOutputs>[0]) =>
      (await store.listSavedOutputs(query)).items.map((item) => item.path);
    expect(await paths("other:latest")).toEqual([bad]);
    expect(await paths({ success: true })).toEqual([good]);
    expect(await paths({ tag: ["b", "a"] })).toEqual([good]);
    expect(await paths({ tag: "c" })).toEqual([]);
    expect(await paths({ kind: "config", model: "other" })).toHaveLength(1);
    expect(await paths({ since: "2026-03-04T05:06:07.089Z" })).toHaveLength(2);
    expect(await paths({ until: "2026-03-04T05:06:07.089Z" })).toEqual([]);
  });

  it("sees at once what another process saved or removed", async () => {
    const base = scratchFolder();
    const [one, two] = [new OutputManager(base), new OutputManager(base)];
    await one.saveModelOutput("m", "p", "r");
    expect((await two.listSavedOutputs()).items).toHaveLength(1);
    await one.saveModelOutput("m", "p", "r");
    expect((await two.listSavedOutputs()).items).toHaveLength(2);
  });
});

function cursorOf(page: { nextCursor?: string }): { cursor?: string } {
  return page.nextCursor === undefined ? {} : { cursor: page.nextCursor };
}
