import { describe, expect, it } from "vitest";
import { codeBlocks } from "./code-blocks.js";

describe("codeBlocks", () => {
  it("gives what stands between fences, and a longer fence may hold a shorter one", () => {
    expect(codeBlocks("a\n```js\nlet x;\n```\nb\n~~~\ny\n~~~  \nc")).toEqual(["let x;", "y"]);
    expect(codeBlocks("````md\n```js\nx\n```\n````")).toEqual(["```js\nx\n```"]);
    expect(codeBlocks("```\nnever closed")).toEqual([]);
    expect(codeBlocks("````\nnever closed\n```\nx\n```")).toEqual(["x"]);
  });

  it.each([
    ["one line of backticks", "`".repeat(300_000)],
    ["many fences that nothing closes", "```js\n".repeat(50_000)],
    ["fences that get shorter", Array.from({ length: 700 }, (_, index) => "`".repeat(800 - index)).join(" a\n")],
  ])("is done with %s in one pass", (_, text) => {
    expect(codeBlocks(text)).toEqual([]);
  });
});
