import { afterEach, expect, it, vi } from "vitest";
import { startInference } from "../../src/inference/start-inference.js";
import { CODO_TINY, collect, request } from "./inference-fixtures.js";

afterEach(() => {
  vi.unstubAllEnvs();
});

it("a model that the memory is too small for is refused with the figure, and with what would fit", async () => {
  vi.stubEnv("CODO_ENGINE_MEMORY", "40MB");
  const load = (numCtx: number, parallel: number) => startInference({ modelPath: CODO_TINY, numCtx, parallel });
  const refusal = await load(2048, 8).catch((error: unknown) => error);
  expect(refusal).toMatchObject({
    reason: "load",
    message: expect.stringMatching(
      /^model requires more system memory \(\d+ MiB\) than is available \(38 MiB\): codo-tiny\.gguf .*; num_ctx \d+ would fit/,
    ),
  });
  const { numCtx, sequences } = (refusal as { details: { numCtx: number; sequences: number } }).details;
  // What is said to fit does.
  const process = await load(numCtx, sequences);
  expect((await collect(process.generate(request("Hello", { numPredict: 2 })))).done.evalCount).toBe(2);
  expect(process.info.sizeBytes).toBeLessThanOrEqual(40e6);
  await process.stop();

  vi.stubEnv("CODO_ENGINE_MEMORY", "3MB");
  await expect(load(2048, 1)).rejects.toThrow(/; use a smaller or more quantized model, /);
});
