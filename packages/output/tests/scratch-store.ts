import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ModelExecutionResult } from "@codo/ollama-contract";
import { onTestFinished } from "vitest";

/** A folder of its own for a test, removed after it. */
export function scratchFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "codo-output-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

let count = 0;
const DIGITS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/** A ULID that no other call in this process gave. */
export function testId(): string {
  count++;
  const low = [32 ** 3, 32 ** 2, 32, 1].map((unit) => DIGITS.charAt(Math.floor(count / unit) % 32)).join("");
  return `01JABCDEFGHJKMNPQRSTVW${low}`;
}

/** An execution result with every required field. */
export function executionResult(overrides: Partial<ModelExecutionResult> = {}): ModelExecutionResult {
  return {
    schemaVersion: 1,
    id: testId(),
    modelName: "llama3.2:1b",
    prompt: "Why is the sky blue?",
    response: "Because air scatters blue light more than red.",
    executionTime: 1.25,
    tokensUsed: 21,
    success: true,
    metadata: {
      createdAt: "2026-03-04T05:06:07.089Z",
      api: "generate",
      doneReason: "stop",
      truncated: false,
      usage: { promptTokens: 8, completionTokens: 13 },
      timings: { totalMs: 1250 },
      options: { temperature: 0.5 },
      model: {},
    },
    ...overrides,
  };
}
