import { describe, expect, it } from "vitest";
import { OutputManager } from "../src/index.js";
import { executionResult, scratchFolder } from "./scratch-store.js";

async function storeOf(texts: [prompt: string, response: string][]): Promise<OutputManager> {
  const store = new OutputManager(scratchFolder());
  for (const [prompt, response] of texts) await store.saveExecutionResult(executionResult({ prompt, response }));
  return store;
}

async function prompts(store: OutputManager, query: string): Promise<string[]> {
  return (await store.searchOutputs(query)).items.map((item) => item.promptPreview);
}

describe("searching", () => {
  it("needs all words, ranks by how much of a record they are, and takes prefixes and phrases", async () => {
    const store = await storeOf([
      ["long", `the sky is blue ${"and so on ".repeat(100)}`],
      ["short", "The blue sky"],
      ["other", "skylark in the blue"],
      ["none", "nothing of it"],
    ]);
    expect(await prompts(store, "SKY blue")).toEqual(["short", "long"]);
    expect((await prompts(store, "sky*")).sort()).toEqual(["long", "other", "short"]);
    expect(await prompts(store, '"blue sky"')).toEqual(["short"]);
    expect((await store.searchOutputs('"sky is" blue')).total).toBe(1);
    expect(await store.searchOutputs("absent")).toEqual({ items: [], total: 0 });
    await store.close();
  });

  it("finds words in every script, with or without their accents", async () => {
    const store = await storeOf([
      ["german", "Der Müller mahlt"],
      ["japanese", "吾輩は猫である。"],
      ["russian", "Привет, мир"],
      ["code", "set num_ctx=4096 in Modelfile"],
      ["emoji", "a 🦙 llama"],
    ]);
    for (const [query, prompt] of [
      ["muller", "german"],
      ["MÜLLER", "german"],
      ["猫", "japanese"],
      ["吾輩", "japanese"],
      ["привет", "russian"],
      ["num_ctx", "code"],
      ["🦙 llama", "emoji"],
    ] as const) {
      expect([query, await prompts(store, query)]).toEqual([query, [prompt]]);
    }
    expect(await prompts(store, "猫輩")).toEqual([]);
    await store.close();
  });

  it("shows where the words are", async () => {
    const store = await storeOf([["Why blue?", `${"x ".repeat(100)}because blue 🦙 light scatters`]]);
    const [item] = (await store.searchOutputs("blue scatters")).items;
    const marked = item?.highlights.map(({ field, text, ranges }) => [
      field,
      ranges.map(([start, end]) => text.slice(start, end)),
    ]);
    expect(marked).toEqual([
      ["prompt", ["blue"]],
      ["response", ["blue", "scatters"]],
    ]);
    expect(item?.highlights[1]?.text.startsWith("…")).toBe(true);
    await store.close();
  });

  it("filters, pages, and searches batches and reports", async () => {
    const store = await storeOf([["one", "common"]]);
    await store.saveExecutionResult(executionResult({ prompt: "two", response: "common", modelName: "other" }));
    await store.saveBatchResults([executionResult({ response: "first" }), executionResult({ response: "hidden gem" })]);
    await store.saveBenchmarkReport({ name: "common benchmark", nested: [{ note: "peculiar" }] });
    expect((await store.searchOutputs("common", { model: "other" })).total).toBe(1);
    expect((await store.searchOutputs("common", { kind: "benchmark" })).total).toBe(1);
    expect((await store.searchOutputs("peculiar")).total).toBe(1);
    const batch = await store.searchOutputs("gem");
    expect(batch.items[0]).toMatchObject({ kind: "batch", highlights: [{ field: "response", text: "hidden gem" }] });
    const [all, page] = [
      await store.searchOutputs("common"),
      await store.searchOutputs("common", { limit: 1, offset: 1 }),
    ];
    expect(page).toEqual({ total: 3, items: [all.items[1]] });
    await store.close();
  });

  it("ranks the same whether records are merged or not", async () => {
    const base = scratchFolder();
    const store = new OutputManager(base);
    for (let i = 0; i < 60; i++) {
      const response = `apple ${"pear ".repeat(i % 7)} ${i % 3 === 0 ? "plum" : ""} ${"filler ".repeat(i)}`;
      await store.saveExecutionResult(executionResult({ prompt: `p${i}`, response }));
    }
    const before = await store.searchOutputs("apple pear*", { limit: 60 });
    await store.rebuildIndex();
    const after = await store.searchOutputs("apple pear*", { limit: 60 });
    expect(after.total).toBe(before.total);
    expect(after.items.map((item) => item.score)).toEqual(before.items.map((item) => item.score));
    await store.close();
  });

  it("refuses a query without a word", async () => {
    const store = await storeOf([]);
    for (const query of ["", "  ", "?!", '""']) {
      await expect(store.searchOutputs(query)).rejects.toMatchObject({ code: "INVALID_REQUEST" });
    }
    await store.close();
  });
});
