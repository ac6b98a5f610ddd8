import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { BenchJournal, type JournalHeader } from "./bench-journal.js";

it("says that it was deleted while the benchmark ran", async () => {
  const folder = mkdtempSync(join(tmpdir(), "codo-bench-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, "run.jsonl");
  const header: JournalHeader = {
    type: "run",
    schema: "codo.ollama-bench/journal",
    schemaVersion: 1,
    runId: "a",
    startedAt: new Date(0).toISOString(),
    planHash: "b",
  };
  const { journal } = await BenchJournal.open(path, header, false);
  onTestFinished(() => journal.close());
  journal.append(header);
  rmSync(path);
  expect(() => journal.append(header)).toThrow(expect.objectContaining({ code: "STORAGE_FAILED" }));
});
