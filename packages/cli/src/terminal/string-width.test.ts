import { expect, it } from "vitest";
import { stringWidth } from "./string-width.js";

it("counts columns as terminals do", () => {
  const widths: [text: string, columns: number][] = [
    ["", 0],
    ["codo models list", 16],
    ["\u001b[1mbold\u001b[22m", 4],
    ["日本語", 6],
    ["한국어", 6],
    ["ｆｕｌｌ", 8],
    ["é", 1],
    ["e\u0301", 1],
    ["👩‍👩‍👧", 2],
    ["🇫🇷", 2],
    ["❤️", 2],
    ["▕██▏", 4],
    ["…", 1],
    ["a\u200bb", 2],
    ["नमस्ते".slice(0, 1), 1],
  ];
  for (const [text, columns] of widths) expect(stringWidth(text), JSON.stringify(text)).toBe(columns);
});
