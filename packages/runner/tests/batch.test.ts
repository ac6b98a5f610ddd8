import { mkdtemp, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ModelExecutionResult } from "@codo/ollama-contract";
import { OllamaError } from "@codo/ollama-contract";
import { beforeEach, describe, expect, it } from "vitest";
import { Journal } from "../src/batch-kit.js";
import { type BatchItem, type BatchOptions, ModelRunner } from "../src/index.js";
import { ScriptedExecutor } from "../src/testing.js";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "codo-batch-"));
});

const prompts = (count: number): string[] => Array.from({ length: count }, (_, index) => `prompt ${index}`);
const linesOf = async (path: string): Promise<{ key: string; result: ModelExecutionResult }[]> =>
  (await readFile(path, "utf8"))
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));

describe("runBatch over an array", () => {
  it("says of options with their wire names how they are called, of the batch's and of an item's", async () => {
    const executor = new ScriptedExecutor();
    const items = ["one", { prompt: "two", options: { top_k: 3 } as object }];
    const results = await new ModelRunner(executor).runBatch("m", items, { num_ctx: 512 } as object);
    const numCtx = 'Option "num_ctx" has its wire name; it is called "numCtx" here.';
    const topK = 'Option "top_k" has its wire name; it is called "topK" here.';
    expect(results.map(({ metadata }) => metadata.warnings)).toEqual([[numCtx], [numCtx, topK]]);
  });

  it("gives results in the order of the input, whatever finishes first", async () => {
    const executor = new ScriptedExecutor({ reply: (_, call) => ({ text: `a${call}`, delayMs: (20 - call) % 7 }) });
    const results = await new ModelRunner(executor).runBatch("m", prompts(20), {}, { concurrency: 5 });
    expect(results.map((result) => result.prompt)).toEqual(prompts(20));
    expect(results.every((result) => result.success)).toBe(true);
  });

  it("never exceeds an explicit concurrency, and fills it", async () => {
    const executor = new ScriptedExecutor({ reply: () => ({ text: "x", delayMs: 2 }) });
    await new ModelRunner(executor).runBatch("m", prompts(40), {}, { concurrency: 3 });
    expect(executor.peak).toBe(3);
  });

  it("asks the server for the prompts and nothing more", async () => {
    const executor = new ScriptedExecutor();
    await new ModelRunner(executor).runBatch("m", prompts(9), { numCtx: 512 });
    expect(executor.requests).toHaveLength(9);
    expect(executor.loadedCalls).toBe(0);
    expect(executor.requests[0]?.options).toEqual({ numCtx: 512 });
  });

  it("keeps the failure of one item to itself, also of one whose executor throws", async () => {
    const executor = new ScriptedExecutor({
      reply: ({ prompt }) => {
        if (prompt === "prompt 1") return { errorCode: "MODEL_NOT_FOUND" };
        if (prompt === "prompt 2") throw new Error("a defect in a plug-in");
        return "fine";
      },
    });
    const results = await new ModelRunner(executor).runBatch("m", prompts(4), {}, { concurrency: 2 });
    expect(results.map((result) => result.success)).toEqual([true, false, false, true]);
    expect(results[1]?.metadata.error?.code).toBe("MODEL_NOT_FOUND");
    expect(results[2]?.errorMessage).toContain("a defect in a plug-in");
  });

  it("takes items with messages, system prompt, options, format and images of their own", async () => {
    const executor = new ScriptedExecutor();
    const items: BatchItem[] = [
      { id: 7, prompt: "hi", system: "be kind", options: { temperature: 0 }, format: "json", images: ["aGk="] },
      { id: "chat", messages: [{ role: "user", content: "hello" }] },
    ];
    const results = await new ModelRunner(executor).runBatch("m", items, { topK: 3 }, { concurrency: 1 });
    expect(executor.requests[0]).toMatchObject({
      prompt: "hi",
      system: "be kind",
      options: { topK: 3, temperature: 0, format: "json" },
      images: ["aGk="],
    });
    expect(executor.requests[1]).toMatchObject({
      messages: [{ role: "user", content: "hello" }],
      options: { topK: 3 },
    });
    expect(results.map((result) => result.metadata.batch)).toEqual([
      { index: 0, id: "7" },
      { index: 1, id: "chat" },
    ]);
  });

  it("makes a failed result of an item that says neither prompt nor messages", async () => {
    const executor = new ScriptedExecutor();
    const results = await new ModelRunner(executor).runBatch("m", ["a", { id: "x" }, "b"]);
    expect(results.map((result) => result.metadata.error?.code)).toEqual([undefined, "INVALID_REQUEST", undefined]);
    expect(executor.requests).toHaveLength(2);
  });

  it("tries an item again that the server was too busy for", async () => {
    const seen = new Map<string, number>();
    const executor = new ScriptedExecutor({
      reply: ({ prompt = "" }) => {
        seen.set(prompt, (seen.get(prompt) ?? 0) + 1);
        return seen.get(prompt) === 1 ? { errorCode: "SERVER_BUSY" } : "done";
      },
    });
    const results = await new ModelRunner(executor).runBatch("m", prompts(6));
    expect(results.every((result) => result.success)).toBe(true);
  });

  it("ends with ABORTED when its signal fires, with nothing left running", async () => {
    const controller = new AbortController();
    const executor = new ScriptedExecutor({ reply: (_, call) => ({ text: "x", delayMs: call < 3 ? 0 : 60_000 }) });
    let finished = 0;
    const onResult = (): void => {
      if (++finished === 3) controller.abort();
    };
    const batch = new ModelRunner(executor).runBatch(
      "m",
      prompts(50),
      {},
      { concurrency: 2, onResult, signal: controller.signal },
    );
    const error = await batch.catch((reason: unknown) => reason);
    expect(OllamaError.is(error) && error.code).toBe("ABORTED");
    expect(executor.requests.length).toBeLessThanOrEqual(5);
  });

  it("refuses a concurrency that is none", async () => {
    const runner = new ModelRunner(new ScriptedExecutor());
    await expect(runner.runBatch("m", ["a"], {}, { concurrency: 0 })).rejects.toMatchObject({
      code: "INVALID_REQUEST",
    });
    await expect(runner.runBatch("m", "text" as never)).rejects.toMatchObject({ code: "INVALID_REQUEST" });
  });

  it("ends with what onResult throws", async () => {
    const onResult = (): never => {
      throw new Error("the disk of the caller is full");
    };
    const batch = new ModelRunner(new ScriptedExecutor()).runBatch("m", prompts(30), {}, { onResult, concurrency: 2 });
    await expect(batch).rejects.toThrow("the disk of the caller is full");
  });
});

describe("runBatch over an async iterable", () => {
  it("reads no further ahead than it can use, and sums up", async () => {
    let read = 0;
    let finished = 0;
    let furthest = 0;
    async function* source(): AsyncGenerator<string> {
      for (; read < 2000; read++) {
        furthest = Math.max(furthest, read - finished);
        yield `p${read}`;
      }
    }
    const executor = new ScriptedExecutor({ record: false });
    const onResult = async (): Promise<void> => {
      finished++;
      await new Promise((resolve) => setImmediate(resolve));
    };
    const summary = await new ModelRunner(executor).runBatch("m", source(), {}, { concurrency: 4, onResult });
    expect(summary).toMatchObject({ total: 2000, succeeded: 2000, failed: 0, restored: 0 });
    expect(furthest).toBeLessThan(40);
  });

  it("closes the source of a batch that is aborted", async () => {
    let isClosed = false;
    async function* source(): AsyncGenerator<string> {
      try {
        for (let index = 0; ; index++) yield `p${index}`;
      } finally {
        isClosed = true;
      }
    }
    const controller = new AbortController();
    const onResult = (_: unknown, { finished }: { finished: number }): void => {
      if (finished === 10) controller.abort();
    };
    const batch = new ModelRunner(new ScriptedExecutor()).runBatch(
      "m",
      source(),
      {},
      { onResult, signal: controller.signal },
    );
    await expect(batch).rejects.toMatchObject({ code: "ABORTED" });
    await expect.poll(() => isClosed).toBe(true);
  });
});

describe("a batch with a journal", () => {
  it("writes one line for each item and runs none of them again", async () => {
    const journal = join(folder, "batch.jsonl");
    const first = new ScriptedExecutor();
    await new ModelRunner(first).runBatch("m", prompts(12), { temperature: 0 }, { journal });
    expect(await linesOf(journal)).toHaveLength(12);

    const second = new ScriptedExecutor({ reply: () => "another answer" });
    const results = await new ModelRunner(second).runBatch("m:latest", prompts(14), { temperature: 0 }, { journal });
    expect(second.requests.map((request) => request.prompt)).toEqual(["prompt 12", "prompt 13"]);
    expect(results.map((result) => result.response)).toEqual([...prompts(12), "another answer", "another answer"]);
    expect(await linesOf(journal)).toHaveLength(14);
  });

  it("tells equal items apart by their occurrence", async () => {
    const journal = join(folder, "batch.jsonl");
    const same = ["a", "b", "a", "a"];
    await new ModelRunner(new ScriptedExecutor()).runBatch("m", same.slice(0, 3), {}, { journal });
    const second = new ScriptedExecutor();
    await new ModelRunner(second).runBatch("m", same, {}, { journal });
    expect(second.requests).toHaveLength(1);
    expect(new Set((await linesOf(journal)).map((line) => line.key)).size).toBe(4);
  });

  const firstItem = { id: "x", prompt: "one" };
  const changes: [string, BatchItem, BatchOptions][] = [
    ["prompt", { id: "x", prompt: "two" }, {}],
    ["system prompt", { ...firstItem, system: "Talk like a pirate." }, {}],
    ["own options", { ...firstItem, options: { seed: 3 } }, {}],
    ["format", { ...firstItem, format: "json" }, {}],
    ["batch's system prompt", firstItem, { system: "Talk like a pirate." }],
    ["batch's thinking", firstItem, { think: true }],
    ["batch's template", firstItem, { template: "{{ .Prompt }}" }],
  ];

  it.each(changes)("runs an item again whose %s changed under its id", async (_what, item, call) => {
    const journal = join(folder, "batch.jsonl");
    await new ModelRunner(new ScriptedExecutor()).runBatch("m", [firstItem], {}, { journal });
    const second = new ScriptedExecutor({ reply: () => "another answer" });
    const [result] = await new ModelRunner(second).runBatch("m", [item], {}, { ...call, journal });
    expect(second.requests).toHaveLength(1);
    expect(result?.response).toBe("another answer");

    const third = new ScriptedExecutor();
    const [kept] = await new ModelRunner(third).runBatch("m", [item], {}, { ...call, journal });
    expect(third.requests).toHaveLength(0);
    expect(kept?.response).toBe("another answer");
  });

  it("writes the id beside the result, by which it is joined to its item", async () => {
    const journal = join(folder, "batch.jsonl");
    await new ModelRunner(new ScriptedExecutor()).runBatch("m", [firstItem], {}, { journal });
    expect(await linesOf(journal)).toMatchObject([{ result: { metadata: { batch: { index: 0, id: "x" } } } }]);
  });

  it("fails an id that occurs twice, in place of losing one of the two", async () => {
    const journal = join(folder, "batch.jsonl");
    const items = [
      { id: "x", prompt: "one" },
      { id: "x", prompt: "two" },
    ];
    const results = await new ModelRunner(new ScriptedExecutor()).runBatch("m", items, {}, { journal });
    expect(results.map((result) => result.metadata.error?.code)).toEqual([undefined, "INVALID_REQUEST"]);
  });

  it("runs failures again only when asked to", async () => {
    const journal = join(folder, "batch.jsonl");
    const failing = new ScriptedExecutor({
      reply: ({ prompt }) => (prompt === "prompt 1" ? { errorCode: "SERVER_ERROR" } : "ok"),
    });
    await new ModelRunner(failing).runBatch("m", prompts(3), {}, { journal });

    const patient = new ScriptedExecutor();
    const kept = await new ModelRunner(patient).runBatch("m", prompts(3), {}, { journal });
    expect(patient.requests).toHaveLength(0);
    expect(kept[1]?.success).toBe(false);

    const eager = new ScriptedExecutor();
    const retried = await new ModelRunner(eager).runBatch("m", prompts(3), {}, { journal, retryErrors: true });
    expect(eager.requests.map((request) => request.prompt)).toEqual(["prompt 1"]);
    expect(retried[1]?.success).toBe(true);

    const last = new ScriptedExecutor();
    await new ModelRunner(last).runBatch("m", prompts(3), {}, { journal, retryErrors: true });
    expect(last.requests).toHaveLength(0);
  });

  it("runs failures again from the journal alone, so that the batch finds nothing left to do", async () => {
    const journal = join(folder, "journal.jsonl");
    const items: BatchItem[] = [
      { prompt: "same" },
      { prompt: "same" },
      { id: "chat", messages: [{ role: "user", content: "hello" }], options: { topK: 2 } },
      { prompt: "picture", system: "be kind", images: [new Uint8Array([1, 2])], format: { type: "object" } },
    ];
    const batch: BatchOptions = { journal, concurrency: 1, headers: { authorization: "secret" }, keepAlive: "1m" };
    const broken = new ScriptedExecutor({
      reply: (_, call) => (call === 0 ? "fine" : { errorCode: "SERVER_ERROR" }),
    });
    await new ModelRunner(broken).runBatch("m", items, { topK: 1 }, batch);
    const text = await readFile(journal, "utf8");
    expect(text).not.toContain("secret");
    expect(text.match(/"total":4/g)).toHaveLength(4);

    const executor = new ScriptedExecutor();
    const runner = new ModelRunner(executor);
    expect(await runner.retryBatch(journal)).toMatchObject({ total: 3, succeeded: 3, failed: 0, notRetried: 0 });
    expect(executor.requests).toEqual([
      expect.objectContaining({ prompt: "same", options: { topK: 1 } }),
      expect.objectContaining({ messages: [{ role: "user", content: "hello" }], options: { topK: 2 } }),
      expect.objectContaining({
        prompt: "picture",
        system: "be kind",
        images: ["AQI="],
        options: { topK: 1, format: { type: "object" } },
      }),
    ]);
    expect(await runner.retryBatch(journal)).toMatchObject({ total: 0 });
    const again = await runner.runBatch("m", items, { topK: 1 }, { ...batch, retryErrors: true });
    expect([executor.requests.length, again.map(({ success }) => success)]).toEqual([3, [true, true, true, true]]);
  });

  it("retries from a journal without requests what its lines tell whole, and counts the rest", async () => {
    const journal = join(folder, "journal.jsonl");
    const broken = new ScriptedExecutor({ reply: () => ({ errorCode: "SERVER_ERROR" }) });
    const items = [{ prompt: "plain" }, { prompt: "with more", system: "be kind" }];
    await new ModelRunner(broken).runBatch("m", items, { numCtx: 512 }, { journal });
    const lines = (await linesOf(journal)).map((line) => JSON.stringify({ ...line, request: undefined }));
    await writeFile(journal, `${lines.join("\n")}\n`);
    const executor = new ScriptedExecutor();
    const summary = await new ModelRunner(executor).retryBatch(journal);
    expect(summary).toMatchObject({ total: 1, succeeded: 1, notRetried: 1 });
    expect(executor.requests.map(({ prompt }) => prompt)).toEqual(["plain"]);
    await expect(new ModelRunner(executor).retryBatch(join(folder, "none.jsonl"))).rejects.toMatchObject({
      code: "STORAGE_FAILED",
      message: expect.stringContaining("none.jsonl"),
    });
  });

  it("heals a last line that was torn at any byte", async () => {
    const journal = join(folder, "batch.jsonl");
    await new ModelRunner(new ScriptedExecutor()).runBatch("m", ["a", "b – ü"], {}, { journal, concurrency: 1 });
    const whole = await readFile(journal);
    const lastStart = whole.lastIndexOf("\n", whole.length - 2) + 1;
    // Without its line break alone the line is whole, see below.
    for (let length = lastStart + 1; length < whole.length - 1; length += 37) {
      const torn = join(folder, `torn-${length}.jsonl`);
      await writeFile(torn, whole.subarray(0, length));
      const executor = new ScriptedExecutor();
      await new ModelRunner(executor).runBatch("m", ["a", "b – ü"], {}, { journal: torn });
      expect(executor.requests.map((request) => request.prompt)).toEqual(["b – ü"]);
      expect(await linesOf(torn)).toHaveLength(2);
    }
    const unended = join(folder, "unended.jsonl");
    await writeFile(unended, whole.subarray(0, whole.length - 1));
    const executor = new ScriptedExecutor();
    await new ModelRunner(executor).runBatch("m", ["a", "b – ü", "c"], {}, { journal: unended });
    expect(executor.requests).toHaveLength(1);
    expect(await linesOf(unended)).toHaveLength(3);
  });

  it("refuses a journal of other options or another model, unless told to go on", async () => {
    const journal = join(folder, "batch.jsonl");
    const runner = new ModelRunner(new ScriptedExecutor());
    await runner.runBatch("m", ["a"], { temperature: 0 }, { journal });
    await expect(runner.runBatch("m", ["a"], { temperature: 1 }, { journal })).rejects.toMatchObject({
      code: "INVALID_REQUEST",
    });
    await expect(runner.runBatch("n", ["a"], { temperature: 0 }, { journal })).rejects.toThrow(/model "m"/);
    const executor = new ScriptedExecutor();
    await new ModelRunner(executor).runBatch(
      "m",
      ["a"],
      { temperature: 1 },
      { journal, onJournalMismatch: "continue" },
    );
    expect(executor.requests).toHaveLength(1);
    expect(await linesOf(journal)).toHaveLength(2);
  });

  it("leaves a file alone that is no journal", async () => {
    const journal = join(folder, "input.jsonl");
    await writeFile(journal, '{"prompt":"mine"}\nand more');
    await expect(new ModelRunner(new ScriptedExecutor()).runBatch("m", ["a"], {}, { journal })).rejects.toMatchObject({
      code: "INVALID_REQUEST",
    });
    expect(await readFile(journal, "utf8")).toBe('{"prompt":"mine"}\nand more');
  });

  it("refuses a second batch on the same journal while the first runs", async () => {
    const journal = join(folder, "batch.jsonl");
    const controller = new AbortController();
    const slow = new ScriptedExecutor({ reply: () => ({ text: "x", delayMs: 60_000 }) });
    const first = new ModelRunner(slow).runBatch("m", ["a"], {}, { journal, signal: controller.signal });
    await expect.poll(() => slow.requests.length).toBe(1);
    await expect(new ModelRunner(new ScriptedExecutor()).runBatch("m", ["a"], {}, { journal })).rejects.toMatchObject({
      code: "STORAGE_FAILED",
    });
    expect(await Journal.isOpen(journal)).toBe(true);
    controller.abort();
    await expect(first).rejects.toMatchObject({ code: "ABORTED" });
    expect(await Journal.isOpen(journal)).toBe(false);
    const after = await new ModelRunner(new ScriptedExecutor()).runBatch("m", ["a"], {}, { journal });
    expect(after).toHaveLength(1);
  });

  it("passes finished results on as restored, and keeps those of an aborted batch", async () => {
    const journal = join(folder, "batch.jsonl");
    const controller = new AbortController();
    let finished = 0;
    const onResult = (): void => {
      if (++finished === 5) controller.abort();
    };
    const batch = { journal, onResult, signal: controller.signal, concurrency: 1 };
    await expect(new ModelRunner(new ScriptedExecutor()).runBatch("m", prompts(10), {}, batch)).rejects.toMatchObject({
      code: "ABORTED",
    });
    const restored: boolean[] = [];
    const executor = new ScriptedExecutor();
    await new ModelRunner(executor).runBatch(
      "m",
      prompts(10),
      {},
      { journal, onResult: (_, item) => restored.push(item.restored) },
    );
    expect(restored.filter(Boolean).length).toBe(10 - executor.requests.length);
    expect(executor.requests.length).toBeLessThanOrEqual(5);
    expect(await linesOf(journal)).toHaveLength(10);
  });
});

describe("a line that holds the wrong thing", () => {
  const wrong: [string, Record<string, unknown>][] = [
    ["format", { prompt: "x", format: 5 }],
    ["format", { prompt: "x", format: [1] }],
    ["options", { prompt: "x", options: "hot" }],
    ["images", { prompt: "x", images: 7 }],
    ["system", { prompt: "x", system: {} }],
  ];

  it.each(wrong)("is one failed item, with and without a journal: %s", async (field, item) => {
    const items = ["a", item as BatchItem, "b"];
    for (const journal of [undefined, join(folder, "j.jsonl")]) {
      const runner = new ModelRunner(new ScriptedExecutor());
      const results = await runner.runBatch("m", items, {}, journal === undefined ? {} : { journal });
      expect(results.map((result) => result.success)).toEqual([true, false, true]);
      expect(results[1]?.errorMessage).toContain(`\`${field}\``);
    }
  });
});

describe("a server that is always busy", () => {
  it("is given up after --timeout, and what was not sent is left to the next run", async () => {
    let isBusy = true;
    const executor = new ScriptedExecutor({ reply: () => (isBusy ? { errorCode: "SERVER_BUSY" } : "fine") });
    const journal = join(folder, "busy.jsonl");
    const call = { journal, concurrency: 1, timeouts: { totalMs: 120 } };
    const results = await new ModelRunner(executor).runBatch("m", prompts(50), {}, call);
    expect(results.map((result) => result.metadata.error?.code)).toEqual(Array(50).fill("SERVER_BUSY"));
    expect(executor.requests.length).toBeLessThan(50);
    isBusy = false;
    const again = await new ModelRunner(executor).runBatch("m", prompts(50), {}, { ...call, retryErrors: true });
    expect(again.every((result) => result.success)).toBe(true);
  });
});
