import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { OutputManager } from "../src/index.js";
import { scratchFolder } from "./scratch-store.js";

const WORDS = ["red", "green", "blue"];

/** What happens to the store, one step after another, by one of two managers. */
const step = fc.record({
  by: fc.constantFrom(0, 1),
  action: fc.oneof(
    fc.record({
      type: fc.constant("save" as const),
      word: fc.constantFrom(...WORDS),
      count: fc.integer({ min: 1, max: 90 }),
    }),
    fc.record({ type: fc.constant("delete" as const), place: fc.nat({ max: 200 }) }),
    fc.record({ type: fc.constant("keep" as const), count: fc.nat({ max: 150 }) }),
    fc.constant({ type: "rebuild" as const }),
    fc.constant({ type: "reopen" as const }),
  ),
});

describe("any sequence of saves, removals, clean-ups, rebuilds and restarts", () => {
  it("leaves exactly what a plain list would hold", { timeout: 120_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
        const base = scratchFolder();
        let nowMs = Date.UTC(2026, 0, 1);
        const open = () => new OutputManager(base, { clock: () => nowMs++ });
        const managers = [open(), open()];
        let expected: { path: string; word: string }[] = [];
        for (const { by, action } of steps) {
          const manager = managers[by] ?? open();
          if (action.type === "save") {
            for (let i = 0; i < action.count; i++) {
              expected.push({ path: await manager.saveModelOutput("m", action.word, "common"), word: action.word });
            }
          } else if (action.type === "delete" && expected.length > 0) {
            const [gone] = expected.splice(action.place % expected.length, 1);
            expect(await manager.deleteOutput(gone?.path ?? "")).toBe(true);
          } else if (action.type === "keep") {
            await manager.applyRetention({ maxCount: action.count });
            expected = action.count === 0 ? [] : expected.slice(-action.count);
          } else if (action.type === "rebuild") {
            await manager.rebuildIndex();
          } else {
            await manager.close();
            managers[by] = open();
          }
        }
        for (const manager of managers) {
          const { items } = await manager.listSavedOutputs({ limit: 10_000 });
          expect(items.map((item) => item.path)).toEqual(expected.map(({ path }) => path).reverse());
          expect((await manager.getOutputStats()).count).toBe(expected.length);
          for (const word of WORDS) {
            const matching = expected.filter((record) => record.word === word).length;
            expect((await manager.searchOutputs(`common ${word}`)).total).toBe(matching);
          }
          await manager.close();
        }
      }),
      { numRuns: 12 },
    );
  });
});
