import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { InferenceError } from "../../src/inference/inference-error.js";
import { startInference } from "../../src/inference/start-inference.js";
import { collect, ENDLESS, request } from "./inference-fixtures.js";

describe("a broken or hostile model file", () => {
  let folder: string;
  let model: Buffer;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "codo-hostile-"));
    model = await readFile(ENDLESS);
  });
  afterAll(() => rm(folder, { recursive: true }));

  /** What became of it: an InferenceError at load or later, or a model that computes after all. */
  async function outcome(bytes: Uint8Array): Promise<string> {
    const modelPath = join(folder, "model.gguf");
    await writeFile(modelPath, bytes);
    try {
      const engine = await startInference({ modelPath, numCtx: 256, parallel: 1 });
      try {
        await collect(engine.generate(request([1], { numPredict: 4 })));
        return "computes";
      } finally {
        await engine.stop();
      }
    } catch (error) {
      if (error instanceof InferenceError) return error.reason;
      throw error;
    }
  }

  it("says that a missing file is missing", async () => {
    const start = startInference({ modelPath: join(folder, "none.gguf"), numCtx: 256, parallel: 1 });
    await expect(start).rejects.toMatchObject({ reason: "load", message: expect.stringContaining("No such file") });
  });

  it("refuses a file that is no model", async () => {
    const start = startInference({ modelPath: fileURLToPath(import.meta.url), numCtx: 512, parallel: 1 });
    await expect(start).rejects.toMatchObject({ reason: "load", message: expect.stringContaining("magic") });
  });

  it.each([0, 4, 100, 10_000, 200_000])("refuses a file cut off after %d bytes", async (length) => {
    expect(await outcome(model.subarray(0, length))).toBe("load");
  });

  it("survives lengths and counts that are far too large", async () => {
    for (const offset of [8, 16, 24]) {
      const bytes = Buffer.from(model);
      bytes.writeBigUInt64LE(2n ** 62n, offset);
      expect(await outcome(bytes)).toBe("load");
    }
  });

  it("survives flipped bytes anywhere in the head", async () => {
    for (let i = 0; i < 12; i++) {
      const bytes = Buffer.from(model);
      const offset = 24 + ((i * 7919) % 20_000);
      bytes.writeUInt8(bytes.readUInt8(offset) ^ 0xff, offset);
      expect(["load", "exited", "compute", "input", "computes"]).toContain(await outcome(bytes));
    }
  });
});
