import { describe, expect, it } from "vitest";
import { scratchFolder } from "./scratch-store.js";
import { checkStore } from "./torture/check-store.js";
import { runTorture } from "./torture/run-torture.js";

describe("eight processes at once, killed at random", () => {
  it("lose nothing that was saved, and leave a store that lists and finds it", { timeout: 300_000 }, async () => {
    const base = scratchFolder();
    const { acknowledged, complaints, killed } = await runTorture({ base, processes: 8, kills: 12, saves: 300 });
    expect(complaints).toEqual([]);
    expect(killed).toBeGreaterThanOrEqual(12);
    expect((await checkStore({ base, acknowledged, searches: 40 })).problems).toEqual([]);
  });
});
