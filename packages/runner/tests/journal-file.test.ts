import { mkdtemp, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, describe, expect, it, onTestFinished } from "vitest";
import { ModelRunner } from "../src/index.js";
import { ScriptedExecutor } from "../src/testing.js";

const PROMPTS = Array.from({ length: 40 }, (_, index) => `prompt ${index}`);

let folder: string;
let journal: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "codo-journal-"));
  journal = join(folder, "batch.jsonl");
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
});

async function keysIn(file: string): Promise<string[]> {
  return (await readFile(file, "utf8"))
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line).key);
}

/** Runs a batch; `change` happens after the tenth result. */
async function runBatch(change?: () => Promise<void>): Promise<unknown> {
  const onResult = async (_: unknown, { finished }: { finished: number }) => {
    if (finished === 10) await change?.();
  };
  return await new ModelRunner(new ScriptedExecutor()).runBatch(
    "m",
    PROMPTS,
    {},
    { journal, concurrency: 2, onResult },
  );
}

describe("the file of a journal", () => {
  it("can be read by its owner only", async () => {
    await runBatch();
    expect((await stat(journal)).mode & 0o777).toBe(0o600);
    expect(await readdir(folder)).toEqual(["batch.jsonl"]);
  });

  it("that is deleted while the batch runs ends it with an error, and is put back", async () => {
    await expect(runBatch(() => rm(journal))).rejects.toMatchObject({
      code: "STORAGE_FAILED",
      message: expect.stringMatching(/was deleted, moved or replaced while the batch ran.*batch\.jsonl/),
      details: { keptIn: journal },
    });
    const kept = await keysIn(journal);
    expect(kept.length).toBeGreaterThanOrEqual(10);
    expect((await stat(journal)).mode & 0o777).toBe(0o600);
    await runBatch();
    expect([(await keysIn(journal)).length, new Set(await keysIn(journal)).size]).toEqual([40, 40]);
  });

  it("whose folder is deleted is put back with it", async () => {
    journal = join(folder, "sub", "batch.jsonl");
    await expect(runBatch(() => rm(join(folder, "sub"), { recursive: true }))).rejects.toThrow("was deleted");
    expect((await keysIn(journal)).length).toBeGreaterThanOrEqual(10);
  });

  it("that is replaced leaves the other file alone and is kept beside it", async () => {
    const other = join(folder, "other");
    await writeFile(other, "something else");
    await expect(runBatch(() => rename(other, journal))).rejects.toMatchObject({
      details: { keptIn: `${journal}.kept-1` },
    });
    expect(await readFile(journal, "utf8")).toBe("something else");
    expect((await keysIn(`${journal}.kept-1`)).length).toBeGreaterThanOrEqual(10);
  });

  it("is refused where a container that can be seen by its heartbeat only writes it", async () => {
    const lock = join(folder, ".batch.jsonl.lock-000000000000-1-5-0a0b0c");
    await writeFile(lock, "");
    await expect(runBatch()).rejects.toMatchObject({ code: "STORAGE_FAILED", details: { lock } });
    await expect(stat(journal)).rejects.toMatchObject({ code: "ENOENT" });
  });

  it("is no device", async () => {
    journal = "/dev/null";
    await expect(runBatch()).rejects.toThrow("not a regular file");
    expect((await stat("/dev/null")).isCharacterDevice()).toBe(true);
  });
});
