import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { OutputManager } from "../src/index.js";
import { executionResult, scratchFolder } from "./scratch-store.js";

const utf16 = (text: string): Buffer => Buffer.from(`\uFEFF${text}`, "utf16le");

/** A JSONL export with one answer in it. */
async function exported(response: string): Promise<string> {
  const store = new OutputManager(scratchFolder());
  await store.saveExecutionResult(executionResult({ response }));
  const file = join(store.baseOutputDir, "in.jsonl");
  await store.exportOutputs(file);
  await store.close();
  return file;
}

describe("the text of an import", () => {
  it.each([
    ["UTF-8 with its mark", (text: string) => Buffer.from(`\uFEFF${text}`)],
    ["UTF-16 LE", utf16],
    ["UTF-16 BE", (text: string) => utf16(text).swap16()],
  ])("may be %s", async (_, encode) => {
    const file = await exported("Grüße 世界");
    writeFileSync(file, encode(readFileSync(file, "utf8")));
    const target = new OutputManager(scratchFolder());
    expect(await target.importOutputs(file)).toEqual({ imported: 1, skipped: 0, unreadable: [] });
    const { items } = await target.listSavedOutputs();
    expect((await target.getOutput(items[0]?.id ?? ""))?.response).toBe("Grüße 世界");
    await target.close();
  });

  it("is refused with the file and the place of the byte when it is in no Unicode", async () => {
    const file = await exported("Grüße");
    const latin1 = Buffer.from(readFileSync(file, "utf8"), "latin1");
    writeFileSync(file, latin1);
    const target = new OutputManager(scratchFolder());
    await expect(target.importOutputs(file)).rejects.toMatchObject({
      code: "INVALID_REQUEST",
      message: expect.stringContaining(file),
      details: { source: file, offset: latin1.indexOf(0xfc) },
    });
    expect((await target.listSavedOutputs()).items).toEqual([]);
    await target.close();
  });

  it("of a Python folder is decoded file by file, and a file that is no text is named", async () => {
    const folder = scratchFolder();
    const result = { model_name: "llama2", prompt: "Hallo?", response: "Grüße", success: true, execution_time: 1 };
    const text = JSON.stringify({ ...result, timestamp: "2025-11-02 10:20:30" });
    mkdirSync(join(folder, "outputs"));
    writeFileSync(join(folder, "outputs", "result_1.json"), utf16(text));
    const bad = join(folder, "outputs", "result_2.json");
    writeFileSync(bad, Buffer.from(text, "latin1"));
    const target = new OutputManager(scratchFolder());
    const { imported, unreadable } = await target.importPythonOutputs(folder);
    expect(imported).toBe(1);
    expect(unreadable).toMatchObject([{ source: bad, reason: expect.stringContaining(bad) }]);
    const { items } = await target.listSavedOutputs();
    expect((await target.getOutput(items[0]?.id ?? ""))?.result?.response).toBe("Grüße");
    await target.close();
  });
});
