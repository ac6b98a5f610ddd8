import { existsSync, readdirSync, utimesSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { nodeFiles } from "../src/files/file-operations.js";
import { OutputManager } from "../src/index.js";
import { executionResult, scratchFolder } from "./scratch-store.js";

const DAY_MS = 24 * 60 * 60 * 1000;
const NOW_MS = Date.UTC(2026, 5, 1);

function agedStore(): { store: OutputManager; save: (days: number, tag?: string) => Promise<string> } {
  const store = new OutputManager(scratchFolder(), { clock: () => NOW_MS });
  const { metadata } = executionResult();
  const save = (days: number, tag = "x"): Promise<string> => {
    const createdAt = new Date(NOW_MS - days * DAY_MS).toISOString();
    return store.saveExecutionResult(executionResult({ prompt: tag, metadata: { ...metadata, createdAt } }));
  };
  return { store, save };
}

async function paths(store: OutputManager): Promise<string[]> {
  return (await store.listSavedOutputs()).items.map((item) => item.path);
}

describe("retention", () => {
  it("removes what is older than the days given, and tells how many", async () => {
    const { store, save } = agedStore();
    const [young, old, older] = [await save(29), await save(30), await save(400)];
    expect(await store.cleanupOldOutputs()).toBe(2);
    expect(await paths(store)).toEqual([young]);
    expect([old, older].some((path) => existsSync(path))).toBe(false);
    expect((await store.getOutputStats()).count).toBe(1);
    expect((await store.searchOutputs("x")).total).toBe(1);
    expect(await store.cleanupOldOutputs()).toBe(0);
    expect(await store.cleanupOldOutputs(0)).toBe(1);
    await store.close();
  });

  it("counts the age of a file that was not changed for longer, too", async () => {
    const { store, save } = agedStore();
    const path = await save(-10);
    utimesSync(path, new Date(NOW_MS - 50 * DAY_MS), new Date(NOW_MS - 50 * DAY_MS));
    expect(await store.cleanupOldOutputs(40)).toBe(1);
    await store.close();
  });

  it("keeps pinned records until they are unpinned", async () => {
    const { store, save } = agedStore();
    const path = await save(90);
    const pinned = await store.saveModelOutput("m", "p", "r", { createdAt: "2020-01-01" }, { pinned: true });
    expect(await store.pinOutput(path)).toBe(true);
    expect(await store.cleanupOldOutputs(1)).toBe(0);
    expect((await store.listSavedOutputs()).items.map((item) => item.pinned)).toEqual([true, true]);
    expect(await store.pinOutput(path, false)).toBe(true);
    expect(await store.cleanupOldOutputs(1)).toBe(1);
    expect(await paths(store)).toEqual([pinned]);
    expect(await store.pinOutput(path)).toBe(false);
    await store.close();
  });

  it("keeps the newest by count and by bytes, per kind, and only tells it on a dry run", async () => {
    const { store, save } = agedStore();
    const saved = [await save(1), await save(2), await save(3), await save(4)];
    const batch = await store.saveBatchResults([executionResult()]);
    const policy = { perKind: { result: { maxCount: 2 } } };
    const plan = await store.applyRetention(policy, { dryRun: true });
    expect(plan).toMatchObject({ removed: 2, dryRun: true });
    expect(plan.items.map((item) => [item.path, item.reason])).toEqual(saved.slice(2).map((path) => [path, "count"]));
    expect(await paths(store)).toHaveLength(5);
    expect((await store.applyRetention(policy)).removed).toBe(2);
    expect(new Set(await paths(store))).toEqual(new Set([batch, ...saved.slice(0, 2)]));
    const { bytes } = await store.applyRetention({ maxBytes: 0 }, { dryRun: true });
    expect((await store.applyRetention({ maxBytes: bytes - 1 })).items).toMatchObject([{ reason: "bytes" }]);
    await store.close();
  });

  it("keeps each model's newest configuration", async () => {
    const { store } = agedStore();
    await store.saveModelConfig("a", { one: 1 });
    await store.saveModelConfig("a", { two: 2 });
    await store.saveModelConfig("b", { three: 3 });
    expect(await store.cleanupOldOutputs(0)).toBe(1);
    expect(await store.loadModelConfig("a")).toEqual({ two: 2 });
    expect(await store.loadModelConfig("b")).toEqual({ three: 3 });
    await store.close();
  });

  it("leaves no dangling entry and no wrong count when it is interrupted", async () => {
    const base = scratchFolder();
    let left = Infinity;
    const files = {
      ...nodeFiles,
      remove: (path: string) => {
        if (path.includes("outputs") && left-- <= 0) throw Object.assign(new Error("interrupted"), { code: "EIO" });
        nodeFiles.remove(path);
      },
    };
    const store = new OutputManager(base, { files });
    for (let i = 0; i < 300; i++) await store.saveModelOutput("m", "p", "common");
    left = 100;
    await expect(store.cleanupOldOutputs(0)).rejects.toMatchObject({ code: "STORAGE_FAILED" });
    const after = new OutputManager(base);
    expect((await after.listSavedOutputs({ limit: 1000 })).items).toHaveLength(200);
    expect((await after.getOutputStats()).count).toBe(200);
    expect((await after.searchOutputs("common")).total).toBe(200);
    expect(await after.cleanupOldOutputs(0)).toBe(200);
    expect((await after.getOutputStats()).count).toBe(0);
    expect(readdirSync(`${base}/outputs`)).toEqual([]);
    await after.close();
    await store.close();
  });

  it("refuses limits that are none, and removes nothing then", async () => {
    const { store, save } = agedStore();
    await save(90);
    for (const days of [-1, Number.NaN, "7" as never]) {
      await expect(store.cleanupOldOutputs(days)).rejects.toMatchObject({ code: "INVALID_REQUEST" });
    }
    expect(await paths(store)).toHaveLength(1);
    await store.close();
  });
});
