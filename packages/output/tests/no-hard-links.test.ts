import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { nodeFiles } from "../src/files/file-operations.js";
import { giveName } from "../src/files/give-name.js";
import { OutputManager } from "../src/index.js";
import { executionResult, scratchFolder } from "./scratch-store.js";

/** What `link` gives on exFAT and FAT (Linux), macOS, network shares, FUSE, Windows and after too many links. */
const REFUSALS = ["EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS", "EISDIR", "EINVAL", "EACCES", "EMLINK", "EXDEV"];

function withoutLinks(code: string): typeof nodeFiles {
  return {
    ...nodeFiles,
    link: () => {
      throw Object.assign(new Error(`${code}: no hard links here`), { code });
    },
  };
}

describe("a file system without hard links", () => {
  it.each(REFUSALS)("that says %s saves, merges and rebuilds", async (code) => {
    const base = scratchFolder();
    const files = withoutLinks(code);
    const store = new OutputManager(base, { files });
    const result = executionResult();
    const first = await store.saveExecutionResult(result);
    const second = await store.saveExecutionResult({ ...result, response: "another" });
    expect(second).not.toBe(first);
    expect((await store.getOutput(first))?.response).toBe(result.response);
    for (let i = 0; i < 300; i++) await store.saveModelOutput("m", `p${i}`, "common");
    await store.close();
    expect(store.lastError).toBeUndefined();
    const other = new OutputManager(base, { files });
    expect((await other.searchOutputs("common")).total).toBe(300);
    expect(await other.rebuildIndex()).toEqual({ records: 302, unreadable: 0 });
    await other.testSave();
    expect((await other.getOutputStats()).count).toBe(302);
    await other.close();
    expect(readdirSync(join(base, ".index", "temporary"))).toEqual([]);
  });

  it("gives a name once, and never over a file that is there or while another has claimed it", () => {
    const folder = scratchFolder();
    const files = withoutLinks("EPERM");
    const [temporary, path, claim] = ["temporary", "name", "name.claim"].map((name) => join(folder, name));
    const give = (content: string): boolean => {
      writeFileSync(temporary ?? "", content);
      return giveName(files, temporary ?? "", path ?? "", folder);
    };
    writeFileSync(claim ?? "", "");
    expect(give("while another has claimed it")).toBe(false);
    expect(existsSync(path ?? "")).toBe(false);
    files.remove(claim ?? "");
    expect(give("first")).toBe(true);
    expect(give("second")).toBe(false);
    expect(readFileSync(path ?? "", "utf8")).toBe("first");
    expect(readdirSync(folder)).toEqual(["name"]);
  });

  it("on which nothing can be named at all is told by every save, and by the test of one", async () => {
    const refuse = (): never => {
      throw Object.assign(new Error("EPERM: operation not permitted"), { code: "EPERM" });
    };
    const store = new OutputManager(scratchFolder(), { files: { ...nodeFiles, link: refuse, rename: refuse } });
    const failed = { code: "STORAGE_FAILED", message: expect.stringContaining("the operation is not permitted") };
    await expect(store.saveExecutionResult(executionResult())).rejects.toMatchObject(failed);
    await expect(store.testSave()).rejects.toMatchObject(failed);
    await store.close();
  });
});
