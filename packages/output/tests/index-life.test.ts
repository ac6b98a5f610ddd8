import {
  appendFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { OutputManager } from "../src/index.js";
import { scratchFolder } from "./scratch-store.js";

const COUNT = 390;

/** A store with segments and a log, and the paths of its records. */
async function filledStore(): Promise<{ base: string; paths: Set<string> }> {
  const base = scratchFolder();
  const store = new OutputManager(base);
  const paths = new Set<string>();
  for (let i = 0; i < COUNT; i++) paths.add(await store.saveModelOutput(`m${i % 3}`, `prompt ${i}`, `word${i} common`));
  await store.close();
  expect(segmentFiles(base).length).toBeGreaterThan(0);
  return { base, paths };
}

function segmentFiles(base: string): string[] {
  const folder = join(base, ".index", "segments");
  return readdirSync(folder).map((name) => join(folder, name));
}

function logFiles(base: string): string[] {
  const folder = join(base, ".index", "logs");
  return readdirSync(folder).map((name) => join(folder, name));
}

/** All paths that a fresh manager lists, page by page; each only once. */
async function listedPaths(base: string): Promise<Set<string>> {
  const store = new OutputManager(base);
  const paths: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await store.listSavedOutputs({ limit: 90, ...(cursor === undefined ? {} : { cursor }) });
    paths.push(...page.items.map((item) => item.path));
    cursor = page.nextCursor;
  } while (cursor !== undefined);
  await store.close();
  expect(new Set(paths).size).toBe(paths.length);
  return new Set(paths);
}

async function expectWhole(base: string, paths: Set<string>): Promise<void> {
  expect(await listedPaths(base)).toEqual(paths);
  const store = new OutputManager(base);
  expect((await store.searchOutputs("common")).total).toBe(paths.size);
  expect((await store.getOutputStats()).count).toBe(paths.size);
  await store.close();
}

describe("the index", () => {
  it("lists, finds and counts everything across segments and logs", async () => {
    const { base, paths } = await filledStore();
    await expectWhole(base, paths);
    const store = new OutputManager(base);
    const { items, total } = await store.searchOutputs("word123");
    expect(total).toBe(1);
    expect(items[0]?.promptPreview).toBe("prompt 123");
    for (const item of [items[0], (await store.listSavedOutputs({ limit: 1 })).items[0]]) {
      expect((await store.getOutput(item?.id ?? ""))?.path).toBe(item?.path);
    }
    expect((await store.listSavedOutputs({ model: "m1", limit: 1000 })).items).toHaveLength(Math.floor(COUNT / 3));
    expect((await store.getOutputStats()).byModel.m2?.count).toBe(Math.floor(COUNT / 3));
    await store.close();
  });

  it("is made again when it is missing", async () => {
    const { base, paths } = await filledStore();
    rmSync(join(base, ".index"), { recursive: true });
    await expectWhole(base, paths);
  });

  it("is made again when it was missing and a save came first", async () => {
    const { base, paths } = await filledStore();
    rmSync(join(base, ".index"), { recursive: true });
    const store = new OutputManager(base);
    paths.add(await store.saveModelOutput("m", "p", "common"));
    await store.close();
    await expectWhole(base, paths);
  });

  it("is made again when a segment is torn", async () => {
    const { base, paths } = await filledStore();
    for (const file of segmentFiles(base)) truncateSync(file, 1000);
    await expectWhole(base, paths);
  });

  it("is made again when a segment is damaged in the middle", async () => {
    const { base, paths } = await filledStore();
    for (const file of segmentFiles(base)) {
      const bytes = readFileSync(file);
      writeFileSync(file, bytes.fill(0xff, 8, Math.floor(bytes.length * 0.9)));
    }
    await expectWhole(base, paths);
  });

  it("is made again when a segment or every manifest is gone", async () => {
    const { base, paths } = await filledStore();
    for (const file of segmentFiles(base)) unlinkSync(file);
    await expectWhole(base, paths);
    for (const name of readdirSync(join(base, ".index", "manifests"))) {
      writeFileSync(join(base, ".index", "manifests", name), '{"version":1,"gen');
    }
    await expectWhole(base, paths);
  });

  it("finds again what a truncated or damaged log lost", async () => {
    const { base, paths } = await filledStore();
    const store = new OutputManager(base);
    for (let i = 0; i < 20; i++) paths.add(await store.saveModelOutput("m", `late ${i}`, "common"));
    await store.close();
    const [log = ""] = logFiles(base).sort((a, b) => readFileSync(b).length - readFileSync(a).length);
    const text = readFileSync(log, "utf8").split("\n");
    text.splice(2, 3, '{"op":"put","entry":{"id":"01');
    writeFileSync(log, text.join("\n"));
    await expectWhole(base, paths);
  });

  it("takes in records that were copied into the folder, when it is rebuilt", async () => {
    const { base, paths } = await filledStore();
    const other = await filledStore();
    for (const path of other.paths) {
      const copy = join(base, path.slice(other.base.length + 1));
      mkdirSync(dirname(copy), { recursive: true });
      writeFileSync(copy, readFileSync(path));
      paths.add(copy);
    }
    const store = new OutputManager(base);
    expect(await store.rebuildIndex()).toEqual({ records: 2 * COUNT, unreadable: 0 });
    await store.close();
    await expectWhole(base, paths);
  });

  it("leaves files alone that are no records, and tells how many cannot be read", async () => {
    const { base, paths } = await filledStore();
    const [one = ""] = paths;
    writeFileSync(one, "{ torn");
    writeFileSync(join(dirname(one), "notes.txt"), "mine");
    const store = new OutputManager(base);
    expect(await store.rebuildIndex()).toEqual({ records: COUNT - 1, unreadable: 1 });
    await expect(store.getOutput(one)).rejects.toMatchObject({ code: "SCHEMA_MISMATCH" });
    paths.add(await store.saveModelOutput("m", "p", "common"));
    const damaged = await store.saveModelOutput("m", "p", "common");
    writeFileSync(damaged, "{ torn");
    expect((await store.searchOutputs("common")).total).toBe(COUNT);
    expect(await store.exportOutputs(join(base, "all.jsonl"))).toMatchObject({ records: COUNT, unreadable: 1 });
    unlinkSync(damaged);
    await store.close();
    paths.delete(one);
    await expectWhole(base, paths);
    expect(readFileSync(one, "utf8")).toBe("{ torn");
  });

  it("does not list what somebody deleted by hand", async () => {
    const { base, paths } = await filledStore();
    for (const path of [...paths].slice(0, 30)) {
      unlinkSync(path);
      paths.delete(path);
    }
    expect(await listedPaths(base)).toEqual(paths);
  });

  it("goes on after a line that a full disk cut short", async () => {
    const { base, paths } = await filledStore();
    const store = new OutputManager(base);
    paths.add(await store.saveModelOutput("m", "p", "common"));
    const log = logFiles(base).at(-1) ?? "";
    appendFileSync(log, '{"op":"put","entry":{"id":"01JAB');
    paths.add(await store.saveModelOutput("m", "p", "common"));
    await store.close();
    await expectWhole(base, paths);
  });
});
