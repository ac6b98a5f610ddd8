import { expect, it } from "vitest";
import { RequestPace } from "./request-pace.js";

const LEAST = 2 ** 19;

function learnt(headMs: number, bytesPerMs: number): number {
  const pace = new RequestPace();
  for (let request = 0; request < 20; request++) {
    pace.observe(pace.requestBytes, { headMs, totalMs: headMs + pace.requestBytes / bytesPerMs });
  }
  return pace.requestBytes;
}

it("asks for little where answers begin at once, and for more the longer they keep waiting", () => {
  expect(learnt(1, 100_000)).toBe(LEAST);
  expect(learnt(50, 10_000)).toBe(50 * 10_000 * 4);
  expect(learnt(200, 50_000)).toBe(200 * 50_000 * 4);
  expect(learnt(5000, 100_000)).toBe(2 ** 26);
});

it("lets one odd measurement decide little", () => {
  const pace = new RequestPace();
  pace.observe(LEAST, { headMs: 10_000, totalMs: 10_001 });
  expect(pace.requestBytes).toBe(2 * LEAST);
});
