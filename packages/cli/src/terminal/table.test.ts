import { expect, it } from "vitest";
import { renderTable } from "./table.js";
import { clip, cutLine, textWidth, wrapText } from "./text-layout.js";

const COLUMNS = [{ title: "NAME" }, { title: "SIZE", align: "right" as const }, { title: "WHAT IT SAYS" }];
const LONG = "a text that is a good deal longer, so that it has to be cut where it is narrow";
const ROWS = [
  ["codo-tiny:latest", "2.4 MB", "a short\n  text"],
  ["日本語モデル:7b", "1.9 GB", LONG],
];

it("keeps columns apart by four spaces and aligned by display width, a row on one line", () => {
  const whole = [
    "NAME                  SIZE    WHAT IT SAYS",
    "codo-tiny:latest    2.4 MB    a short text",
    `日本語モデル:7b     1.9 GB    ${LONG}`,
  ];
  expect(renderTable(COLUMNS, ROWS, { width: 200 }).split("\n")).toEqual(whole);
  expect(renderTable(COLUMNS, ROWS, { width: Number.POSITIVE_INFINITY }).split("\n")).toEqual(whole);
});

it("cuts the widest column with an ellipsis, and uses the width there is", () => {
  for (const width of [80, 60, 50, 40, 20, 8]) {
    const lines = renderTable(COLUMNS, ROWS, { width }).split("\n");
    expect(lines).toHaveLength(3);
    for (const line of lines) expect(textWidth(line), `${width}: ${line}`).toBeLessThanOrEqual(width);
    if (width >= 50) expect(textWidth(lines[2] ?? "")).toBeGreaterThanOrEqual(width - 1);
    expect(lines[2]).toMatch(/…$/);
  }
  expect(renderTable(COLUMNS, ROWS, { width: 50 })).toContain("codo-tiny:latest  2.4 MB  a short text");
});

it("keeps an id whole beside wide columns", () => {
  const id = "01JDAB0000000000000000000A";
  const row = [id, "registry.example.com/team/deepseek-r1:32b-qwen-distill-q4_K_M", LONG];
  const [, line = ""] = renderTable([{ title: "ID" }, { title: "MODEL" }, { title: "PROMPT" }], [row], {
    width: 80,
  }).split("\n");
  expect(line).toContain(`${id}  registry.example`);
});

it("wraps and cuts texts", () => {
  expect(wrapText("unbreakable", 4)).toEqual(["unbr", "eaka", "ble"]);
  expect(clip("two\n lines of text", 9)).toBe("two line…");
  expect([cutLine("a    b    c", 8), cutLine("世界世界", 5), cutLine("same", 4)]).toEqual(["a    b…", "世界…", "same"]);
});
