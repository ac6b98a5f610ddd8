import { expect, it } from "vitest";
import { renderTable } from "./table.js";
import { clip, textWidth, wrapText } from "./text-layout.js";

const COLUMNS = [{ title: "NAME" }, { title: "SIZE", align: "right" as const }, { title: "WHAT IT SAYS" }];
const ROWS = [
  ["codo-tiny:latest", "2.4 MB", "a short text"],
  ["日本語モデル:7b", "1.9 GB", "a text that is a good deal longer, so that it has to be wrapped where it is narrow"],
];

it("keeps columns apart by four spaces and aligned by display width", () => {
  const lines = renderTable(COLUMNS, ROWS, { width: 200 }).split("\n");
  expect(lines).toEqual([
    "NAME                  SIZE    WHAT IT SAYS",
    "codo-tiny:latest    2.4 MB    a short text",
    "日本語モデル:7b     1.9 GB    a text that is a good deal longer, so that it has to be wrapped where it is narrow",
  ]);
});

it("wraps inside the width of the terminal and loses nothing", () => {
  for (const width of [80, 60, 50, 40]) {
    const text = renderTable(COLUMNS, ROWS, { width });
    for (const line of text.split("\n")) expect(textWidth(line), `${width}: ${line}`).toBeLessThanOrEqual(width);
    for (const word of "a text that is a good deal longer".split(" ")) expect(text).toContain(word);
  }
});

it("breaks long words only where nothing else helps", () => {
  const id = "01JDAB0000000000000000000A";
  const wide = renderTable([{ title: "ID" }, { title: "TEXT" }], [[id, "some words to wrap here"]], { width: 44 });
  expect(wide).toContain(id);
  expect(wrapText("unbreakable", 4)).toEqual(["unbr", "eaka", "ble"]);
  expect(clip("two\n lines of text", 9)).toBe("two line…");
});
