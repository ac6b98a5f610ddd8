import { cpSync, existsSync, lstatSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { crc32 } from "node:zlib";
import { describe, expect, it } from "vitest";
import { nodeFiles } from "../src/files/file-operations.js";
import { OutputManager } from "../src/index.js";
import { scratchFolder } from "./scratch-store.js";

const MERGED = 60;
const REMOVED = 5;
const LATE = 12;
const ROUNDS = 160;

/** A store with a segment, a list of what is gone from it, and logs with what no segment holds. */
async function mixedStore(): Promise<{ base: string; paths: string[] }> {
  const base = scratchFolder();
  const store = new OutputManager(base);
  const paths: string[] = [];
  for (let i = 0; i < MERGED; i++) paths.push(await store.saveModelOutput(`m${i % 3}`, `p${i}`, `common word${i}`));
  await store.rebuildIndex();
  for (const path of paths.splice(0, REMOVED)) await store.deleteOutput(path);
  expect(await store.cleanupOldOutputs(0.5)).toBe(0);
  await store.applyRetention({ maxCount: MERGED - REMOVED - 1 }).then(({ removed }) => expect(removed).toBe(1));
  paths.shift();
  await store.close();
  const late = new OutputManager(base);
  for (let i = 0; i < LATE; i++) paths.push(await late.saveModelOutput("late", `late ${i}`, `common late${i}`));
  await late.close();
  expect(filesOf(base).some((path) => path.endsWith(".deleted"))).toBe(true);
  return { base, paths };
}

function filesOf(base: string): string[] {
  const names = readdirSync(join(base, ".index"), { recursive: true, encoding: "utf8" });
  return names
    .map((name) => join(base, ".index", name))
    .filter((path) => lstatSync(path).isFile() && lstatSync(path).size > 0)
    .sort();
}

/** Everything that a fresh manager tells at once; a page is asked for as well, which reads other parts of the index. */
async function expectAll(base: string, paths: readonly string[]): Promise<void> {
  const store = new OutputManager(base);
  const [newest] = (await store.listSavedOutputs({ limit: 1 })).items;
  expect(newest?.path).toBe(paths.at(-1));
  const { items } = await store.listSavedOutputs({ limit: 1000 });
  expect(items.map(({ path }) => path).sort()).toEqual([...paths].sort());
  expect((await store.searchOutputs("common", { limit: 1000 })).total).toBe(paths.length);
  expect((await store.searchOutputs("word4*", { limit: 1000 })).total).toBe(10);
  expect((await store.searchOutputs("late7")).total).toBe(1);
  expect((await store.listSavedOutputs({ model: "m1", limit: 1000 })).items).toHaveLength(18);
  expect((await store.getOutputStats()).count).toBe(paths.length);
  await store.close();
}

function* randomNumbers(seed: number): Generator<number, never> {
  for (let state = seed; ; ) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    yield state / 2 ** 32;
  }
}

describe("damage in the index", () => {
  it(`hides no record, in ${ROUNDS} random flips and truncations of every kind of file`, {
    timeout: 600_000,
  }, async () => {
    const { base, paths } = await mixedStore();
    await expectAll(base, paths);
    const sound = join(scratchFolder(), "sound");
    cpSync(join(base, ".index"), sound, { recursive: true });
    const random = randomNumbers(20_261_128);
    const below = (limit: number): number => Math.floor(random.next().value * limit);
    for (let round = 0; round < ROUNDS; round++) {
      rmSync(join(base, ".index"), { recursive: true });
      cpSync(sound, join(base, ".index"), { recursive: true });
      const files = filesOf(base);
      // By turns, so that small files get as many as large ones.
      const file = files[round % files.length] ?? "";
      const bytes = readFileSync(file);
      const at = below(bytes.length);
      const isCut = below(4) === 0;
      if (isCut) truncateSync(file, at);
      else writeFileSync(file, bytes.fill((bytes[at] ?? 0) ^ (1 << below(8)), at, at + 1));
      try {
        await expectAll(base, paths);
      } catch (error) {
        const what = isCut ? `cut to ${at}` : `a bit flipped at ${at}`;
        throw new Error(`round ${round}: ${file} of ${bytes.length} bytes, ${what}`, { cause: error });
      }
    }
    const store = new OutputManager(base);
    expect(await store.rebuildIndex()).toEqual({ records: paths.length, unreadable: 0 });
    await store.close();
  });

  it.each(["logs", "log-lengths", "manifests", "segments"])("is noticed when the folder %s is gone", async (name) => {
    const { base, paths } = await mixedStore();
    rmSync(join(base, ".index", name), { recursive: true });
    await expectAll(base, paths);
    await expectAll(base, paths);
  });

  it("is noticed when the logs are gone and a writer goes on, and when they are emptied under it", async () => {
    const { base, paths } = await mixedStore();
    const writer = new OutputManager(base);
    for (const ruin of [
      () => rmSync(join(base, ".index", "logs"), { recursive: true }),
      () => {
        for (const file of filesOf(base)) if (file.endsWith(".jsonl") && file.includes("logs")) truncateSync(file, 0);
      },
    ]) {
      for (let i = 0; i < 5; i++) paths.push(await writer.saveModelOutput("late", "before", "common"));
      ruin();
      paths.push(await writer.saveModelOutput("late", "after", "common"));
      await expectAll(base, paths);
    }
    await writer.close();
    await expectAll(base, paths);
  });

  it("is found once: the next reader has nothing to heal", async () => {
    const { base, paths } = await mixedStore();
    for (const file of filesOf(base)) if (file.includes("/logs/")) truncateSync(file, lstatSync(file).size - 200);
    await expectAll(base, paths);
    let written = 0;
    const append: typeof nodeFiles.append = (...given) => {
      written++;
      nodeFiles.append(...given);
    };
    const store = new OutputManager(base, { files: { ...nodeFiles, append } });
    expect((await store.listSavedOutputs({ limit: 1000 })).items).toHaveLength(paths.length);
    expect(written).toBe(0);
    await store.close();
  });
});

describe("odd data", () => {
  it("in a log costs itself", async () => {
    const { base, paths } = await mixedStore();
    const [log = ""] = filesOf(base).filter((file) => file.includes("/logs/"));
    const put = readFileSync(log, "utf8").split("\n")[0]?.split("\t")[0] ?? "";
    const { entry } = JSON.parse(put) as { entry: Record<string, unknown> };
    const odd = [
      { op: "put" },
      { op: "put", entry: null },
      { op: "put", entry: { ...entry, path: undefined } },
      { op: "put", entry: { ...entry, tags: [null] } },
      { op: "put", entry: { ...entry, tags: null } },
      { op: "put", entry: { ...entry, createdMs: "soon" } },
      { op: "put", entry: { ...entry, kind: "constructor" } },
      { op: "put", entry: { ...entry, prompt: 5, models: [null] } },
      { op: "del", id: entry.id },
      null,
      [],
    ];
    const lines = odd.map((line) => {
      const json = JSON.stringify(line);
      return `${json}\t${crc32(json).toString(16).padStart(8, "0")}\n${json}\n`;
    });
    writeFileSync(join(base, ".index", "logs", "00000000-1-0123456789.jsonl"), lines.join(""));
    await expectAll(base, paths);
    const store = new OutputManager(base);
    expect(await store.rebuildIndex()).toEqual({ records: paths.length, unreadable: 0 });
    await store.close();
  });

  it.each([
    { segments: [null] },
    { segments: [{ name: 5 }] },
    { segments: {}, consumed: [] },
    { segments: [], consumed: { x: "y" } },
    { version: "2" },
  ])("in a manifest, such as %j, is no state of the index", async (odd) => {
    const { base, paths } = await mixedStore();
    const generation = 90;
    const body = JSON.stringify({ version: 2, generation, segments: [], consumed: {}, ...odd }).slice(0, -1);
    const checksum = crc32(body).toString(16).padStart(8, "0");
    writeFileSync(join(base, ".index", "manifests", "000000000090.json"), `${body},"checksum":"${checksum}"}`);
    await expectAll(base, paths);
  });

  it("in a record costs that record, and no search, statistics or rebuild", async () => {
    const { base, paths } = await mixedStore();
    const odd: [field: string, value: unknown][] = [
      ["tags", [null]],
      ["tags", null],
      ["models", [null]],
      ["modelName", 5],
      ["id", "../../x"],
      ["createdAt", "soon"],
      ["success", "yes"],
    ];
    for (const [i, [field, value]] of odd.entries()) {
      const path = paths.pop() ?? "";
      const record = JSON.parse(readFileSync(path, "utf8"));
      record.record[field] = value;
      writeFileSync(path, JSON.stringify(record));
      expect(i).toBeLessThan(LATE);
    }
    const store = new OutputManager(base);
    const report = await store.saveBenchmarkReport({ note: "shallow" });
    const text = readFileSync(report, "utf8").replace('"shallow"', nested(20_000));
    writeFileSync(report, text);
    expect(await store.rebuildIndex()).toEqual({ records: paths.length + 1, unreadable: odd.length });
    expect((await store.searchOutputs("common", { limit: 1000 })).total).toBe(paths.length);
    expect((await store.searchOutputs("deepest")).total).toBe(1);
    expect((await store.getOutputStats()).count).toBe(paths.length + 1);
    await store.close();
  });
});

function nested(depth: number): string {
  return `${'{"a":['.repeat(depth)}"deepest"${"]}".repeat(depth)}`;
}

describe("the format", () => {
  it("of a store that was made before there were checksums is read, gone on with, and replaced", async () => {
    const base = join(scratchFolder(), "store");
    cpSync(fileURLToPath(new URL("fixtures/store-format-1", import.meta.url)), base, { recursive: true });
    const store = new OutputManager(base);
    expect((await store.listSavedOutputs({ limit: 100 })).items).toHaveLength(15);
    expect((await store.searchOutputs("common")).total).toBe(14);
    expect(await store.getOutputStats()).toMatchObject({ count: 16, pinned: 1 });
    expect((await store.loadModelConfig("qwen"))?.numCtx).toBe(4096);
    for (let i = 0; i < 300; i++) await store.saveModelOutput("m", "p", "common");
    await store.close();
    const segments = filesOf(base).filter((file) => file.endsWith(".segment"));
    for (const file of segments) expect(readFileSync(file).subarray(-8).toString()).toBe("CODOSEG2");
    const other = new OutputManager(base);
    expect((await other.searchOutputs("common")).total).toBe(314);
    expect((await other.listSavedOutputs({ model: "late" })).items).toHaveLength(3);
    await other.close();
  });

  it.each([
    ["with a checksum", true],
    ["without one", false],
  ])("of a later version, %s, is refused and left alone", async (_how, withChecksum) => {
    const { base, paths } = await mixedStore();
    const body = '{"version":3,"generation":90,"pieces":{}';
    const checksum = crc32(body).toString(16).padStart(8, "0");
    const text = withChecksum ? `${body},"checksum":"${checksum}"}` : `${body}}`;
    writeFileSync(join(base, ".index", "manifests", "000000000090.json"), text);
    const before = filesOf(base).map((file) => [file, readFileSync(file, "latin1")]);
    const store = new OutputManager(base);
    const refused = { code: "SCHEMA_MISMATCH", message: expect.stringContaining("format 3") };
    await expect(store.listSavedOutputs()).rejects.toMatchObject(refused);
    await expect(store.searchOutputs("common")).rejects.toMatchObject(refused);
    await expect(store.saveModelOutput("m", "p", "r")).rejects.toMatchObject(refused);
    await expect(store.deleteOutput(paths[0] ?? "")).rejects.toMatchObject(refused);
    await expect(store.cleanupOldOutputs(0)).rejects.toMatchObject(refused);
    await expect(store.rebuildIndex()).rejects.toMatchObject(refused);
    await store.close();
    expect(filesOf(base).map((file) => [file, readFileSync(file, "latin1")])).toEqual(before);
    expect(existsSync(paths[0] ?? "")).toBe(true);
  });
});
