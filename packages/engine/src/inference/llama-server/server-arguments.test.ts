import { describe, expect, it } from "vitest";
import { serverArguments } from "./server-arguments.js";

const options = { modelPath: "/models/a.gguf", parallel: 2, numCtx: 4096 };
const after = (words: readonly string[], name: string) => words[words.indexOf(name) + 1];

describe("serverArguments", () => {
  it("names the projector, and takes batches that hold an image whole", () => {
    const words = serverArguments({ ...options, projectorPath: "/models/mmproj.gguf", numBatch: 64 }, 4096);
    expect(after(words, "--mmproj")).toBe("/models/mmproj.gguf");
    expect([after(words, "--batch-size"), after(words, "--ubatch-size")]).toEqual(["512", "512"]);
  });

  it("names none where there is none, nor for embeddings", () => {
    expect(serverArguments(options, 4096)).not.toContain("--mmproj");
    expect(serverArguments({ ...options, embedding: true, projectorPath: "/p" }, 4096)).not.toContain("--mmproj");
  });
});
