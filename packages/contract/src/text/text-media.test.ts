import { describe, expect, it } from "vitest";
import { csvRow } from "./csv-row.js";
import { escapeMarkdown } from "./escape-markdown.js";
import { visibleControls } from "./visible-controls.js";

describe("csvRow", () => {
  const cells: [cell: unknown, written: string][] = [
    ["plain", "plain"],
    ['a "b", c', '"a ""b"", c"'],
    ["two\nlines", '"two\nlines"'],
    ["two\r\nlines", '"two\nlines"'],
    ["=HYPERLINK(1)", "'=HYPERLINK(1)"],
    ["+1", "'+1"],
    ["-1+2", "'-1+2"],
    ["@SUM(A1)", "'@SUM(A1)"],
    ["  =1", "'  =1"],
    ["\t=1", "'\t=1"],
    ["\n=1", '"\'\n=1"'],
    ["＝1", "'＝1"],
    ["|calc", "'|calc"],
    [-1.5, "-1.5"],
    [true, "true"],
    [null, ""],
    [undefined, ""],
    ["a\u001b]0;x\u0007\u202e", "a<U+001B>]0;x<U+0007><U+202E>"],
  ];
  it.each(cells)("writes %j as %j", (cell, written) => {
    expect(csvRow(["x", cell])).toBe(`x,${written}\r\n`);
  });
});

describe("escapeMarkdown", () => {
  const texts: [text: string, written: string][] = [
    ["llama3.2:1b-q4_K_M", "llama3.2:1b-q4_K_M"],
    ["a|b\nc", "a\\|b c"],
    ["[click](javascript:x)", "\\[click\\](javascript:x)"],
    ["![x](http://e/x.png)", "\\!\\[x\\](http\\://e/x.png)"],
    ["<img src=x onerror=y>&amp;", "&lt;img src=x onerror=y&gt;&amp;amp;"],
    ["`code` **b** ~~s~~", "\\`code\\` \\*\\*b\\*\\* \\~\\~s\\~\\~"],
    ["# title", "\\# title"],
    ["- item", "\\- item"],
    ["1. item", "1\\. item"],
    ["see www.evil.example", "see www\\.evil.example"],
    ["back\\|slash", "back\\\\\\|slash"],
    ["\u001b[31mred\u009b", "&lt;U+001B&gt;\\[31mred&lt;U+009B&gt;"],
  ];
  it.each(texts)("writes %j as %j", (text, written) => {
    expect(escapeMarkdown(text)).toBe(written);
  });
});

it("visibleControls leaves line breaks, tabs and other scripts", () => {
  expect(visibleControls("a\tb\r\nc 日本 👩‍👩‍👧\rd")).toBe("a\tb\nc 日本 👩‍👩‍👧<U+000D>d");
});
