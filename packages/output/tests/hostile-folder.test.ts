import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { dirname, join, relative } from "node:path";
import { describe, expect, it } from "vitest";
import { OutputManager } from "../src/index.js";
import { executionResult, scratchFolder, testId } from "./scratch-store.js";

/** A folder as somebody else made it: a store in `.out` with one record of its own, and a file outside that must stay. */
async function project(): Promise<{ base: string; own: string; precious: string }> {
  const root = scratchFolder();
  const precious = join(root, "precious", "thesis.txt");
  mkdirSync(dirname(precious));
  writeFileSync(precious, "years of work");
  utimesSync(precious, 0, 0);
  const base = join(root, "cloned", ".out");
  const store = new OutputManager(base);
  const own = await store.saveModelOutput("m", "mine", "common");
  await store.close();
  return { base, own, precious };
}

interface Forged {
  id?: string;
  path?: unknown;
  createdMs?: number;
  [field: string]: unknown;
}

function putLine(forged: Forged): string {
  const entry = {
    id: testId(),
    kind: "output",
    modelName: "m",
    createdMs: 1,
    savedMs: 1,
    sizeBytes: 13,
    success: true,
    tags: [],
    prompt: "common",
    response: "common",
    ...forged,
  };
  return `${JSON.stringify({ op: "put", entry, atMs: 1 })}\n`;
}

function addLog(base: string, ...lines: string[]): void {
  writeFileSync(join(base, ".index", "logs", "00000000-1-0123456789.jsonl"), lines.join(""));
}

/** Every way in which a store is asked for, changed or removed from, by an id or in one go. */
async function useEverything(base: string, ids: readonly string[]): Promise<void> {
  const store = new OutputManager(base);
  for (const id of ids) {
    expect(await store.getOutput(id)).toBeNull();
    expect(await store.pinOutput(id)).toBe(false);
    expect(await store.deleteOutput(id)).toBe(false);
  }
  const listed = await store.listSavedOutputs({ limit: 1000 });
  expect(listed.items.map(({ promptPreview }) => promptPreview)).toEqual(["mine"]);
  expect((await store.searchOutputs("common")).total).toBe(1);
  expect((await store.getOutputStats()).count).toBe(1);
  const exported = join(dirname(base), "all.jsonl");
  expect((await store.exportOutputs(exported)).records).toBe(1);
  expect(await store.cleanupOldOutputs(0)).toBe(1);
  await store.rebuildIndex();
  await store.close();
}

describe("a store that somebody else made", () => {
  it.each([
    "../../precious/thesis.txt",
    "outputs/../../../precious/thesis.txt",
    "outputs/m/2026/01/01/../../../../../../../precious/thesis.txt",
    "reports/../../../precious/thesis.txt",
  ])("lets no log line lead to %s", async (path) => {
    const { base, precious } = await project();
    const id = testId();
    addLog(base, putLine({ id, path }), `${JSON.stringify({ op: "del", id, createdMs: 1, path, atMs: 1 })}\n`);
    await useEverything(base, [id]);
    expect(readFileSync(precious, "utf8")).toBe("years of work");
  });

  it("lets no record's name lead out of it by a folder in its middle, or an absolute path", async () => {
    const { base, precious, own } = await project();
    const names = ["outputs/../2026/01/01", "outputs/m/../../../precious/2026/01/01", dirname(precious), "./outputs"];
    const victims = names.map((folder) => {
      const id = testId();
      const path = `${folder}/00-00-00.001-${id}.json`;
      const victim = join(base, path);
      mkdirSync(dirname(victim), { recursive: true });
      writeFileSync(victim, readFileSync(own));
      return { id, path, victim };
    });
    addLog(base, ...victims.map(({ id, path }) => putLine({ id, path, createdMs: Date.UTC(2026, 0, 1, 0, 0, 0, 1) })));
    await useEverything(
      base,
      victims.map(({ id }) => id),
    );
    for (const { victim } of victims) expect(existsSync(victim)).toBe(true);
  });

  it("neither reads, lists nor removes a record that is a link, nor one below a linked folder", async () => {
    const { base, own, precious } = await project();
    const secret = join(dirname(precious), "secret.json");
    writeFileSync(secret, readFileSync(own, "utf8").replace("mine", "secret"));
    const link = own.replace(/[^-]{26}\.json$/, `${testId()}.json`);
    symlinkSync(secret, link);
    // A model's whole folder, and a kind's, lead to another store.
    const other = await project();
    const theirs = new OutputManager(other.base);
    const batch = await theirs.saveBatchResults([executionResult({ prompt: "theirs" })]);
    await theirs.close();
    symlinkSync(join(other.base, "outputs", "m"), join(base, "outputs", "linked"));
    symlinkSync(join(other.base, "batches"), join(base, "batches"));
    const linked = join(base, "outputs", "linked", relative(join(other.base, "outputs", "m"), other.own));
    const paths = [link, linked, join(base, relative(other.base, batch))];
    const store = new OutputManager(base);
    for (const path of paths) {
      expect(await store.getOutput(path)).toBeNull();
      expect(await store.deleteOutput(path)).toBe(false);
    }
    await store.rebuildIndex();
    await store.close();
    const lines = paths.map((path) => {
      const id = /([^-]{26})\.json$/.exec(path)?.[1] ?? "";
      const day = /(\d{4})\/(\d\d)\/(\d\d)\/(\d\d)-(\d\d)-(\d\d\.\d{3})/.exec(path) ?? [];
      const createdMs = Date.parse(`${day[1]}-${day[2]}-${day[3]}T${day[4]}:${day[5]}:${day[6]}Z`);
      const kind = path.includes("/batches/") ? "batch" : "output";
      return putLine({ id, path: relative(base, path), createdMs, kind });
    });
    addLog(base, ...lines);
    await useEverything(base, []);
    for (const path of [secret, other.own, batch]) expect(existsSync(path)).toBe(true);
  });

  it("saves nothing through a linked folder, and says so", async () => {
    const { base, precious } = await project();
    symlinkSync(dirname(precious), join(base, "outputs", "linked"));
    symlinkSync(dirname(precious), join(base, "batches"));
    const store = new OutputManager(base);
    for (const save of [
      store.saveModelOutput("linked", "p", "r"),
      store.saveBatchResults([executionResult({ modelName: "m" })]),
    ]) {
      await expect(save).rejects.toMatchObject({
        code: "STORAGE_FAILED",
        message: expect.stringContaining("is a link"),
      });
    }
    await store.close();
    expect(readdirSync(dirname(precious))).toEqual(["thesis.txt"]);
  });

  it.each([".index", ".index/segments", ".index/temporary", ".index/logs", ".index/manifests", "pins"])(
    "neither cleans up nor writes in what %s leads to",
    async (name) => {
      const { base, precious } = await project();
      const folder = join(base, name);
      if (existsSync(folder)) renameSync(folder, `${folder}-before`);
      symlinkSync(dirname(precious), folder);
      const store = new OutputManager(base);
      const refused = { code: "STORAGE_FAILED", message: expect.stringContaining(`${folder} is a link`) };
      await expect(store.saveModelOutput("m", "p", "r", {}, { pinned: true })).rejects.toMatchObject(refused);
      await expect(store.cleanupOldOutputs(0)).rejects.toMatchObject(refused);
      await expect(store.rebuildIndex()).rejects.toMatchObject(refused);
      await expect(store.listSavedOutputs()).rejects.toMatchObject(refused);
      await store.close();
      expect(readdirSync(dirname(precious))).toEqual(["thesis.txt"]);
    },
  );

  it("removes no file that a manifest names outside of the segments", async () => {
    const { base, precious } = await project();
    const segments = [
      { name: "../../../../precious/thesis.txt", docs: 1, sizeBytes: 13 },
      { name: "0123456789abcdef0123.segment", docs: 1, sizeBytes: 1, deletedName: "../../../../precious/thesis.txt" },
    ];
    for (const [i, segment] of segments.entries()) {
      const generation = 10 + i;
      const manifest = { version: 1, generation, segments: [segment], consumed: { "../../x": 3 } };
      writeFileSync(join(base, ".index", "manifests", `0000000000${generation}.json`), JSON.stringify(manifest));
      const store = new OutputManager(base);
      expect((await store.listSavedOutputs()).items).toHaveLength(1);
      await store.rebuildIndex();
      await store.close();
    }
    await useEverything(base, []);
    expect(readFileSync(precious, "utf8")).toBe("years of work");
  });

  it("works below a base that is itself a link", async () => {
    const { base, own } = await project();
    const through = join(scratchFolder(), "store");
    symlinkSync(base, through);
    const store = new OutputManager(through);
    const saved = await store.saveModelOutput("m", "second", "common");
    expect((await store.searchOutputs("common")).total).toBe(2);
    expect(await store.deleteOutput(saved)).toBe(true);
    expect(await store.deleteOutput(join(through, relative(base, own)))).toBe(true);
    expect(existsSync(own)).toBe(false);
    await store.close();
  });
});
