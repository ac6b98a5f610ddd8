import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { OutputManager } from "../src/index.js";
import { scratchFolder } from "./scratch-store.js";

const RESULT = {
  model_name: "llama2",
  prompt: "Hello?",
  response: "Hello.",
  execution_time: 2.5,
  tokens_used: 12,
  success: true,
  error_message: null,
  metadata: { temperature: 0.3 },
  timestamp: "2025-11-02 10:20:30",
};

const TEXT = `${"=".repeat(60)}
MODEL: llama2:13b
TIMESTAMP: 2025-11-02 10:20:30
EXECUTION TIME: 3.25 seconds
${"=".repeat(60)}

PROMPT:
${"-".repeat(40)}
Tell me
RESPONSE: of what?
${"-".repeat(40)}

RESPONSE:
${"-".repeat(40)}
Two lines
and PROMPT: in one.
`;

function pythonFolder(): string {
  const base = scratchFolder();
  const write = (path: string, content: unknown): void => {
    mkdirSync(dirname(join(base, path)), { recursive: true });
    writeFileSync(join(base, path), typeof content === "string" ? content : JSON.stringify(content));
  };
  write("outputs/results/result_1.json", RESULT);
  write("outputs/batches/batch_1.json", {
    batch_name: "nightly",
    timestamp: "2025-11-03 00:00:00",
    total_executions: 2,
    successful_executions: 1,
    failed_executions: 1,
    total_execution_time: 5,
    results: [RESULT, { ...RESULT, success: false, error_message: "timed out" }],
  });
  write("outputs/llama2/output_1.txt", TEXT);
  write("outputs/llama2/output_1_metadata.json", { temperature: 0.7 });
  write("configs/llama2/config_1.json", {
    model_name: "llama2",
    created_at: "2025-11-01 00:00:00",
    configuration: { a: 1 },
  });
  write("reports/benchmarks/b.json", { model_name: "llama2", average: 1.5 });
  write("reports/comparisons/c.json", { models: ["llama2", "mistral"] });
  write("outputs/llama2/broken.json", "{");
  write("outputs/llama2/stray.txt", "just a note");
  return base;
}

describe("importing what the Python module wrote", () => {
  it("takes every kind of file, once", async () => {
    const folder = pythonFolder();
    const store = new OutputManager(scratchFolder());
    const { unreadable, ...counts } = await store.importPythonOutputs(folder);
    expect(counts).toEqual({ imported: 6, skipped: 0 });
    expect(unreadable.map(({ source }) => source.slice(folder.length))).toEqual([
      "/outputs/llama2/broken.json",
      "/outputs/llama2/stray.txt",
    ]);
    const byKind = (await store.getOutputStats()).byKind;
    expect(Object.keys(byKind).sort()).toEqual(["batch", "benchmark", "comparison", "config", "output", "result"]);
    expect(await store.importPythonOutputs(folder)).toMatchObject({ imported: 0, skipped: 6 });
    await store.close();
  });

  it("keeps what they say", async () => {
    const store = new OutputManager(scratchFolder());
    await store.importPythonOutputs(pythonFolder());
    const only = async (kind: "result" | "output" | "batch") => {
      const [item] = (await store.listSavedOutputs({ kind })).items;
      return store.getOutput(item?.id ?? "");
    };
    const at = new Date(2025, 10, 2, 10, 20, 30).toISOString();
    expect(await only("result")).toMatchObject({
      modelName: "llama2",
      createdAt: at,
      result: { prompt: "Hello?", executionTime: 2.5, tokensUsed: 12, success: true, metadata: { temperature: 0.3 } },
    });
    expect(await only("output")).toMatchObject({
      modelName: "llama2:13b",
      createdAt: at,
      prompt: "Tell me\nRESPONSE: of what?",
      response: "Two lines\nand PROMPT: in one.",
      metadata: { temperature: 0.7, executionTime: 3.25 },
    });
    const batch = await only("batch");
    expect(batch).toMatchObject({ batchName: "nightly", success: false, total: 2, failed: 1 });
    expect(batch?.results?.[1]).toMatchObject({ success: false, errorMessage: "timed out" });
    expect(await store.loadModelConfig("llama2")).toEqual({ a: 1 });
    await store.close();
  });
});
