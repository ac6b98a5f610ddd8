import { mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { nodeFiles } from "../src/files/file-operations.js";
import { OutputManager } from "../src/index.js";
import { executionResult, scratchFolder } from "./scratch-store.js";

const MANY = 300;

async function tagged(store: OutputManager, tag: string): Promise<string[]> {
  const { items } = await store.listSavedOutputs({ tag, limit: 2 * MANY });
  return items.map(({ id }) => id).sort();
}

describe("the tags of a saved record", () => {
  it("are added, removed and set, and every way to look at the store follows, also after a merge", async () => {
    const store = new OutputManager(scratchFolder());
    const results = Array.from({ length: MANY }, (_, i) => executionResult({ prompt: `sky ${i}` }));
    // More than a merge waits for: most of them are in a segment, the last ones in a log.
    for (const result of results) await store.saveExecutionResult(result, { tags: ["own"] });
    const [first, last] = [results[0]?.id ?? "", results.at(-1)?.id ?? ""];
    const plain = executionResult({ prompt: "sky without a tag" });
    await store.saveExecutionResult(plain);
    for (const id of [first, last, plain.id]) {
      expect(await store.editTags(id, { add: ["später", "a/b"], remove: ["own"] })).toEqual(["a/b", "später"]);
    }
    const changed = [first, last, plain.id].sort();
    const check = async (from: OutputManager): Promise<void> => {
      expect(await tagged(from, "später")).toEqual(changed);
      expect(await tagged(from, "own")).toHaveLength(MANY - 2);
      const found = await from.searchOutputs("sky", { tag: "a/b" });
      expect(found.items.map(({ id, tags }) => [id, tags]).sort()).toEqual(
        changed.map((id) => [id, ["a/b", "später"]]),
      );
      expect((await from.getOutput(first))?.tags).toEqual(["a/b", "später"]);
      expect((await from.getOutputStats()).count).toBe(MANY + 1);
    };
    await check(store);
    const other = new OutputManager(store.baseOutputDir);
    await check(other);
    await store.rebuildIndex();
    await check(store);
    await check(other);
    expect(await store.editTags(first, { set: ["own", "new"] })).toEqual(["own", "new"]);
    expect(await other.editTags(first, { set: [] })).toEqual([]);
    expect((await store.getOutput((await store.getOutput(first))?.path ?? ""))?.tags).toEqual([]);
    await store.close();
    await other.close();
  });

  it("are what any order of changes by two writers says, for every text", async () => {
    const words = ["own", "a", "A", "a,b", "..", "con", "/etc", "日本", "\u{1f999}", "x".repeat(60)];
    const change = fc.record({
      writer: fc.nat(1),
      kind: fc.constantFrom("set", "add", "remove"),
      tags: fc.uniqueArray(fc.constantFrom(...words), { maxLength: 3 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(change, { maxLength: 8 }), async (changes) => {
        const store = new OutputManager(scratchFolder());
        const writers = [store, new OutputManager(store.baseOutputDir)];
        const { id } = executionResult();
        await store.saveExecutionResult(executionResult({ id }), { tags: ["own"] });
        const expected = new Set(["own"]);
        for (const { writer, kind, tags } of changes) {
          if (kind === "set") expected.clear();
          for (const tag of tags) expected[kind === "remove" ? "delete" : "add"](tag);
          const now = await writers[writer]?.editTags(id, { [kind]: tags });
          expect(new Set(now)).toEqual(expected);
        }
        for (const word of words) expect(await tagged(store, word)).toEqual(expected.has(word) ? [id] : []);
        for (const writer of writers) await writer.close();
      }),
      { numRuns: 20 },
    );
  });

  it("are all there when many writers add one each at once", async () => {
    const store = new OutputManager(scratchFolder());
    const result = executionResult();
    await store.saveExecutionResult(result);
    const tags = Array.from({ length: 20 }, (_, i) => `tag ${i}`);
    const writers = tags.map(() => new OutputManager(store.baseOutputDir));
    await Promise.all(tags.map((tag, i) => writers[i]?.editTags(result.id, { add: [tag] })));
    expect((await store.getOutput(result.id))?.tags).toEqual([...tags].sort());
    for (const writer of [store, ...writers]) await writer.close();
  });

  it("are at every point of a change those of before, or those and a part of what was asked for", async () => {
    const base = scratchFolder();
    const store = new OutputManager(base);
    const result = executionResult();
    await store.saveExecutionResult(result, { tags: ["own", "gone"] });
    const before = ["own", "gone"];
    for (let stopAfter = 0; stopAfter < 8; stopAfter++) {
      await store.editTags(result.id, { set: before });
      let left = stopAfter;
      const step = <A extends unknown[], R>(run: (...args: A) => R) => {
        return (...args: A): R => {
          if (left-- <= 0) throw Object.assign(new Error("killed"), { code: "EIO" });
          return run(...args);
        };
      };
      const files = { ...nodeFiles, create: step(nodeFiles.create), remove: step(nodeFiles.remove) };
      const dying = new OutputManager(base, { files });
      const change = dying.editTags(result.id, { add: ["one", "two"], remove: ["gone"] });
      await change.catch((error: unknown) => expect(error).toMatchObject({ code: "STORAGE_FAILED" }));
      const { tags = [] } = (await store.getOutput(result.id)) ?? {};
      expect(tags).toContain("own");
      for (const tag of tags) expect(["own", "gone", "one", "two"]).toContain(tag);
      // What was not done is done by asking again.
      expect(await store.editTags(result.id, { add: ["one", "two"], remove: ["gone"] })).toEqual(["own", "one", "two"]);
    }
    await store.close();
  });

  it("go with the record, into an export and out of it again", async () => {
    const [store, target] = [new OutputManager(scratchFolder()), new OutputManager(scratchFolder())];
    const result = executionResult();
    await store.saveExecutionResult(result, { tags: ["own"] });
    await store.editTags(result.id, { set: ["later"] });
    const file = join(store.baseOutputDir, "out.jsonl");
    await store.exportOutputs(file, { tag: "later" });
    expect(JSON.parse(readFileSync(file, "utf8")).record.tags).toEqual(["later"]);
    expect(await target.importOutputs(file)).toMatchObject({ imported: 1 });
    expect(await tagged(target, "later")).toEqual([result.id]);
    // Tags that were changed since make no other record of it.
    expect(await store.importOutputs(file)).toMatchObject({ imported: 0, skipped: 1 });
    await target.editTags(result.id, { add: ["more"] });
    expect(await target.importOutputs(file)).toMatchObject({ imported: 0, skipped: 1 });
    await store.deleteOutput(result.id);
    expect(readdirSync(join(store.baseOutputDir, "tags"))).toEqual([]);
    await target.applyRetention({ maxCount: 0 });
    expect(readdirSync(join(target.baseOutputDir, "tags"))).toEqual([]);
    await store.close();
    await target.close();
  });

  it("are refused when they are none, and nothing is written behind a link", async () => {
    const store = new OutputManager(scratchFolder());
    const result = executionResult();
    const long = "x".repeat(300);
    await store.saveExecutionResult(result, { tags: [long] });
    await expect(store.editTags(result.id, { add: [""] })).rejects.toMatchObject({ code: "INVALID_REQUEST" });
    await expect(store.editTags(result.id, { add: [`${long}y`] })).rejects.toMatchObject({ code: "INVALID_REQUEST" });
    expect(await store.editTags(result.id, { remove: [long] })).toEqual([]);
    expect(await store.editTags(result.id, { add: [long] }).catch(({ code }) => code)).toBe("INVALID_REQUEST");
    expect(await store.editTags(executionResult().id, { add: ["a"] })).toBeNull();
    rmSync(join(store.baseOutputDir, "tags"), { recursive: true });
    const elsewhere = scratchFolder();
    mkdirSync(join(elsewhere, "kept"));
    symlinkSync(elsewhere, join(store.baseOutputDir, "tags"));
    await expect(store.editTags(result.id, { add: ["a"] })).rejects.toMatchObject({ code: "STORAGE_FAILED" });
    expect(readdirSync(elsewhere)).toEqual(["kept"]);
    await store.close();
  });
});
