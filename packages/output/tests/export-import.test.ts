import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { OutputManager } from "../src/index.js";
import { executionResult, scratchFolder, testId } from "./scratch-store.js";

/** Every record file of a store, by its path below the base, parsed. */
function recordsOf(base: string): Map<string, unknown> {
  const files = readdirSync(base, { recursive: true, withFileTypes: true }).filter(
    (item) => item.isFile() && item.name.endsWith(".json") && !item.parentPath.includes(".index"),
  );
  return new Map(
    files.map((file) => {
      const path = join(file.parentPath, file.name);
      return [relative(base, path), JSON.parse(readFileSync(path, "utf8"))];
    }),
  );
}

const text = fc.string({ unit: "grapheme", maxLength: 40 });
const resultArbitrary = fc
  .record({
    modelName: text,
    prompt: text,
    response: text,
    success: fc.boolean(),
    executionTime: fc.double({ min: 0, max: 1000, noNaN: true }),
    createdAt: fc.date({ min: new Date("2000-01-01"), max: new Date("2100-01-01"), noInvalidDate: true }),
    extra: fc.jsonValue(),
  })
  .map(({ createdAt, extra, ...rest }) => {
    const { metadata } = executionResult();
    const withExtra = { ...metadata, createdAt: createdAt.toISOString(), extra: JSON.parse(JSON.stringify(extra)) };
    return executionResult({ ...rest, id: testId(), metadata: withExtra });
  });

describe("export and import", () => {
  it("together are the identity, for every kind, tag and pin", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ result: resultArbitrary, tags: fc.array(text), pinned: fc.boolean() }), { maxLength: 6 }),
        fc.dictionary(fc.string(), fc.jsonValue()),
        async (saves, document) => {
          const [from, to] = [new OutputManager(scratchFolder()), new OutputManager(scratchFolder())];
          for (const { result, tags, pinned } of saves) await from.saveExecutionResult(result, { tags, pinned });
          await from.saveBatchResults(saves.map(({ result }) => result));
          await from.saveBenchmarkReport(document);
          await from.saveModelConfig("m", document);
          const file = join(from.baseOutputDir, "export.jsonl");
          const { records } = await from.exportOutputs(file);
          expect(await to.importOutputs(file)).toEqual({ imported: records, skipped: 0, unreadable: [] });
          expect(recordsOf(to.baseOutputDir)).toEqual(recordsOf(from.baseOutputDir));
          expect((await to.getOutputStats()).pinned).toBe((await from.getOutputStats()).pinned);
          expect(await to.importOutputs(file)).toEqual({ imported: 0, skipped: records, unreadable: [] });
          await from.close();
          await to.close();
        },
      ),
      { numRuns: 15 },
    );
  });

  it("imports what can be read and names what cannot", async () => {
    const store = new OutputManager(scratchFolder());
    const file = join(store.baseOutputDir, "in.jsonl");
    await store.saveExecutionResult(executionResult());
    await store.exportOutputs(file);
    const good = readFileSync(file, "utf8");
    const evil = good.replace(/"id":"[^"]+","kind"/, '"id":"../../../evil","kind"');
    writeFileSync(file, `${good}{"x":1}\n\nnot json\n${evil}`);
    const target = new OutputManager(scratchFolder());
    const { imported, unreadable } = await target.importOutputs(file);
    expect(imported).toBe(1);
    expect(unreadable.map(({ source }) => source)).toEqual([`${file}:2`, `${file}:4`, `${file}:5`]);
    await expect(target.importOutputs(join(store.baseOutputDir, "no"))).rejects.toMatchObject({
      code: "STORAGE_FAILED",
    });
    await store.close();
    await target.close();
  });

  it("keeps a record whose id another one has beside it, and once only", async () => {
    const [from, to] = [new OutputManager(scratchFolder()), new OutputManager(scratchFolder())];
    const result = executionResult();
    await from.saveExecutionResult(result);
    await to.saveExecutionResult({ ...result, response: "Another answer." });
    const file = join(from.baseOutputDir, "out.jsonl");
    await from.exportOutputs(file);
    expect(await to.importOutputs(file)).toMatchObject({ imported: 1, skipped: 0 });
    expect(await to.importOutputs(file)).toMatchObject({ imported: 0, skipped: 1 });
    const { items } = await to.listSavedOutputs();
    expect(items.map(({ responsePreview }) => responsePreview).sort()).toEqual(["Another answer.", result.response]);
    await from.close();
    await to.close();
  });

  it("writes CSV that a spreadsheet reads and does not run", async () => {
    const store = new OutputManager(scratchFolder());
    const path = join(store.baseOutputDir, "out.csv");
    await store.saveExecutionResult(executionResult({ prompt: '=cmd("x")', response: 'a "quoted",\nline' }));
    expect(await store.exportOutputs(path)).toMatchObject({ format: "csv", records: 1, path });
    const rows = readFileSync(path, "utf8");
    expect(rows.split("\r\n")[0]).toBe(
      "id,kind,model,createdAt,savedAt,success,executionTime,tokensUsed,tags,pinned,prompt,response,errorMessage",
    );
    expect(rows).toContain(`"'=cmd(""x"")","a ""quoted"",\nline",\r\n`);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    await store.close();
  });

  it("writes Markdown that no text can break out of", async () => {
    const store = new OutputManager(scratchFolder());
    const path = join(store.baseOutputDir, "out.md");
    await store.saveExecutionResult(executionResult({ response: "```js\ncode\n```\n# not a heading" }));
    await store.saveModelComparison({ a: 1 });
    await store.exportOutputs(path);
    const markdown = readFileSync(path, "utf8");
    expect(markdown).toContain("## llama3.2:1b\n");
    expect(markdown).toContain("````text\n```js\ncode\n```\n# not a heading\n````");
    expect(markdown).toContain('```json\n{\n  "a": 1\n}\n```');
    await store.close();
  });

  it("goes well twice at once into one file", async () => {
    const folder = scratchFolder();
    const store = new OutputManager(join(folder, "store"));
    await store.saveExecutionResult(executionResult());
    const target = join(folder, "all.jsonl");
    const summaries = await Promise.all([store.exportOutputs(target), store.exportOutputs(target)]);
    expect(summaries.map(({ records }) => records)).toEqual([1, 1]);
    expect(readdirSync(folder).sort()).toEqual(["all.jsonl", "store"]);
    await store.close();
  });

  it("refuses a record whose year no path can tell, as a rebuild would not find it", async () => {
    const folder = scratchFolder();
    const store = new OutputManager(join(folder, "store"));
    const target = join(folder, "all.jsonl");
    const record = { id: testId(), kind: "output", savedAt: "2026-01-01T00:00:00.000Z", tags: [], success: true };
    const years = ["+012026-01-01T00:00:00.000Z", "1969-01-01T00:00:00.000Z"];
    const lines = years.map((createdAt) => JSON.stringify({ schemaVersion: 1, record: { ...record, createdAt } }));
    writeFileSync(target, lines.join("\n"));
    expect(await store.importOutputs(target)).toMatchObject({ imported: 0, unreadable: [{}, {}] });
    await store.close();
  });

  it("refuses a format that it does not have, and leaves no half file", async () => {
    const store = new OutputManager(scratchFolder());
    const path = join(store.baseOutputDir, "out.xlsx");
    await expect(store.exportOutputs(path)).rejects.toMatchObject({ code: "INVALID_REQUEST" });
    await expect(store.exportOutputs("/proc/none/x.csv")).rejects.toMatchObject({ code: "STORAGE_FAILED" });
  });
});
