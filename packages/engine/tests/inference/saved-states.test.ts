import { existsSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { expect, it, vi } from "vitest";
import { startInference } from "../../src/inference/start-inference.js";
import { statesFolder } from "../../src/inference/states-folder.js";
import { CODO_TINY, chat, collect, request } from "./inference-fixtures.js";

const LONG = Array.from({ length: 3 }, (_, index) => `${`Story ${index}. The dog and the cat play. `.repeat(12)}`);
const TURNS = LONG.map((text) => chat(`${text} Why is the sky blue?`));

it("conversations that take turns in one sequence are read once each, and what is kept goes with the process", async () => {
  const engine = await startInference({ modelPath: CODO_TINY, numCtx: 2048, parallel: 1 });
  const first = [];
  for (const turn of TURNS) first.push(await collect(engine.generate(request(turn))));
  expect(await readdir(statesFolder(engine.pid))).toHaveLength(TURNS.length - 1);
  for (const [index, turn] of TURNS.entries()) {
    const { text, done } = await collect(engine.generate(request(turn)));
    expect(text).toBe(first[index]?.text);
    expect(done.cachedCount).toBe(done.promptCount - 1);
  }
  await engine.stop();
  await vi.waitFor(() => expect(existsSync(statesFolder(engine.pid))).toBe(false), 20_000);
});
