import { describe, expect, it } from "vitest";
import { parseGoDuration } from "../wire/go-duration.js";
import { formatTimestamp } from "../wire/timestamp.js";
import { encodeJson, shortestFloat32 } from "./go-json.js";

describe("the wire's spelling", () => {
  it("escapes what Go escapes", () => {
    expect(encodeJson({ text: "<b>&\u2028\u2029é👍" })).toBe('{"text":"\\u003cb\\u003e\\u0026\\u2028\\u2029é👍"}');
  });

  it("has 32-bit numbers as short as they can be", () => {
    const short = (value: number): string => JSON.stringify(shortestFloat32(Math.fround(value)));
    expect([0.1, 1e-5, 1e-12, 10_000, 0.25201398].map(short)).toEqual([
      "0.1",
      "0.00001",
      "1e-12",
      "10000",
      "0.25201398",
    ]);
  });

  it("has times with the decimals that they need", () => {
    const second = 1_795_340_518n * 1_000_000_000n;
    expect(formatTimestamp(second)).toBe("2026-11-22T09:41:58Z");
    expect(formatTimestamp(second + 120_000_000n)).toBe("2026-11-22T09:41:58.12Z");
    expect(formatTimestamp(second + 1n)).toBe("2026-11-22T09:41:58.000000001Z");
  });

  it.each([
    ["1h30m", 5_400_000],
    ["1.5s", 1500],
    ["300ms", 300],
    ["-5m", -300_000],
    ["0", 0],
    [".5s", 500],
    ["5", undefined],
    ["banana", undefined],
    ["", undefined],
    ["5m!", undefined],
  ])("reads the duration %j", (text, milliseconds) => {
    expect(parseGoDuration(text)).toBe(milliseconds);
  });
});
