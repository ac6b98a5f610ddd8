import { describe, expect, it } from "vitest";
import { fullName, nameKey, parseModelName, shortName } from "./model-name.js";

const parse = (text: string): string | undefined => {
  const name = parseModelName(text);
  return name === undefined ? undefined : fullName(name);
};

describe("a model's name", () => {
  it("has Ollama's defaults", () => {
    expect(parse("llama3.2")).toBe("registry.ollama.ai/library/llama3.2:latest");
    expect(parse("me/model:1b")).toBe("registry.ollama.ai/me/model:1b");
    expect(parse("http://127.0.0.1:5000/library/x")).toBe("127.0.0.1:5000/library/x:latest");
  });

  it("is shortened to what is not a default", () => {
    const short = (text: string): string => {
      const name = parseModelName(text);
      return name === undefined ? "" : shortName(name);
    };
    expect(short("registry.ollama.ai/library/tiny")).toBe("tiny:latest");
    expect(short("someone/tiny:1b")).toBe("someone/tiny:1b");
    expect(short("127.0.0.1:5000/library/tiny")).toBe("127.0.0.1:5000/library/tiny:latest");
  });

  it("does not tell upper case from lower", () => {
    const [a, b] = [parseModelName("Tiny:Latest"), parseModelName("tiny")];
    expect(a !== undefined && b !== undefined && nameKey(a) === nameKey(b)).toBe(true);
  });

  it.each([
    "",
    ":",
    "a:",
    "..",
    "../x",
    "../../etc/passwd",
    "a/../../b",
    "a/..:x",
    "x:..",
    "x:../../y",
    "a b",
    "a b/c:d:e",
    "/etc/passwd",
    "a/b/c/d",
    "a//b",
    "a\\b",
    "x\0y",
    ".hidden",
    "-flag",
    `${"a".repeat(81)}`,
  ])("can't be %j", (text) => {
    expect(parseModelName(text)).toBeUndefined();
  });
});
