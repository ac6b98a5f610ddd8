import { expect, it } from "vitest";
import { formatBytes, formatDuration, formatRelative, formatRelativeShort } from "./quantities.js";

it("prints bytes as Ollama does", () => {
  expect([0, 999, 2_398_144, 1_900_000_000, 40_000_000_000].map(formatBytes)).toEqual([
    "0 B",
    "999 B",
    "2.4 MB",
    "1.9 GB",
    "40 GB",
  ]);
});

it("prints durations for a person", () => {
  expect([12, 2100, 192_000, 3_900_000].map(formatDuration)).toEqual(["12ms", "2.1s", "3m12s", "1h05m"]);
});

it("prints times relative to now", () => {
  const now = new Date("2026-01-10T12:00:00Z");
  const told = [
    "2026-01-10T11:59:59.8Z",
    "2026-01-10T11:55:00Z",
    "2026-01-07T12:00:00Z",
    "2026-01-10T12:04:30Z",
    "2319-01-01T00:00:00Z",
  ];
  expect(told.map((time) => formatRelative(new Date(time), now))).toEqual([
    "Less than a second ago",
    "5 minutes ago",
    "3 days ago",
    "4 minutes from now",
    "Forever",
  ]);
  expect(told.map((time) => formatRelativeShort(new Date(time), now))).toEqual([
    ...["now", "5 min ago", "3 d ago", "in 4 min", "forever"],
  ]);
  const ago = [30, 3600, 86_400 * 13, 86_400 * 59, 86_400 * 800].map((seconds) => new Date(+now - seconds * 1000));
  expect(ago.map((time) => formatRelativeShort(time, now))).toEqual([
    ...["30 s ago", "1 h ago", "1 wk ago", "8 wk ago", "2 y ago"],
  ]);
});
