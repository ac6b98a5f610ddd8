import { describe, expect, it } from "vitest";
import { canonicalModelName, parseModelName, sameModelName } from "./model-name.js";

describe("model names compare as Ollama's do", () => {
  it.each([
    ["llama3.2", "llama3.2:latest", true],
    ["LLAMA3.2", "llama3.2", true],
    ["library/llama3.2", "llama3.2", true],
    ["registry.ollama.ai/library/llama3.2:latest", "llama3.2", true],
    ["llama3.2:1b", "llama3.2", false],
    ["me/llama3.2", "llama3.2", false],
  ])("%s and %s: %s", (a, b, same) => {
    expect(sameModelName(a, b)).toBe(same);
  });

  it("a port in the host is not a tag", () => {
    expect(parseModelName("127.0.0.1:5000/me/tiny")).toEqual({
      host: "127.0.0.1:5000",
      namespace: "me",
      model: "tiny",
      tag: "latest",
    });
    expect(canonicalModelName("127.0.0.1:5000/me/Tiny")).toBe("127.0.0.1:5000/me/tiny:latest");
  });
});
