import { readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { OutputManager } from "../src/index.js";
import { FailingFiles } from "./failing-files.js";
import { executionResult, scratchFolder } from "./scratch-store.js";

describe("a full disk", () => {
  it.each(["create", "openForAppend", "append", "link", "makeFolder"] as const)(
    "at %s gives STORAGE_FAILED, harms nothing, and is over when there is room again",
    async (failing) => {
      const files = new FailingFiles((operation) => operation === failing);
      const base = scratchFolder();
      const store = new OutputManager(base, { files: files.operations });
      const before = await store.saveExecutionResult(executionResult());
      // Another writer, so that also opening a log and making a folder is tried while the disk is full.
      const other = new OutputManager(base, { files: files.operations });
      files.full = true;
      const late = executionResult({ modelName: "a-new-folder" });
      await expect(other.saveExecutionResult(late)).rejects.toMatchObject({
        code: "STORAGE_FAILED",
        message: expect.stringContaining("the disk is full"),
      });
      expect((await other.listSavedOutputs()).items.map((item) => item.path)).toEqual([before]);
      expect((await store.getOutputStats()).count).toBe(1);
      files.full = false;
      const after = await other.saveExecutionResult(late);
      const listed = (await new OutputManager(base).listSavedOutputs()).items.map((item) => item.path);
      expect(new Set(listed)).toEqual(new Set([before, after]));
      expect(readdirSync(join(base, ".index", "temporary"))).toEqual([]);
      await store.close();
      await other.close();
    },
  );

  it("during a merge is told by lastError, and the next merge makes up for it", async () => {
    const files = new FailingFiles((operation, path) => operation === "openForAppend" && path.endsWith(".segment"));
    const base = scratchFolder();
    const store = new OutputManager(base, { files: files.operations });
    files.full = true;
    for (let i = 0; i < 300; i++) await store.saveModelOutput("m", "p", `common word${i}`);
    await store.close();
    expect(store.lastError?.code).toBe("STORAGE_FAILED");
    expect((await store.searchOutputs("common")).total).toBe(300);
    files.full = false;
    expect(await store.cleanupOldOutputs(1)).toBe(0);
    expect(await store.rebuildIndex()).toEqual({ records: 300, unreadable: 0 });
    expect((await store.searchOutputs("word299")).total).toBe(1);
    await store.close();
  });

  it("does not keep anyone from removing", async () => {
    const files = new FailingFiles((operation) => operation !== "remove");
    const store = new OutputManager(scratchFolder(), { files: files.operations });
    const path = await store.saveExecutionResult(executionResult());
    files.full = true;
    expect(await store.deleteOutput(path)).toBe(true);
    expect((await store.listSavedOutputs()).items).toEqual([]);
    await store.close();
  });
});
