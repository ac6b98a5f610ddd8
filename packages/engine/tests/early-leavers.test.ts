import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createEngine, type Engine } from "../src/create-engine.js";
import { startInference } from "../src/inference/start-inference.js";
import { loadBuiltinModels } from "../src/models/builtin-models.js";
import { DEFAULT_SETTINGS } from "../src/settings/engine-settings.js";

const LEAVERS = 200;
const STAYERS = 3;

/** A client that left while the health of the shared process was asked for once had that process killed. */
describe("clients that leave within milliseconds", () => {
  let engine: Engine;
  let started = 0;

  beforeAll(async () => {
    engine = await createEngine({
      settings: { ...DEFAULT_SETTINGS, parallel: 4 },
      builtins: await loadBuiltinModels(),
      startInference: async (options, signal) => {
        started++;
        return startInference(options, signal);
      },
    });
    await ask({ prompt: "" });
  });

  afterAll(() => engine.stop());

  const ask = (body: object, signal?: AbortSignal): Promise<Response> =>
    fetch(`${engine.url}/api/generate`, {
      method: "POST",
      body: JSON.stringify({ model: "codo-tiny", prompt: "Count to ten.", options: { num_predict: 40 }, ...body }),
      ...(signal !== undefined && { signal }),
    });

  async function leave(afterMs: number): Promise<boolean> {
    const client = new AbortController();
    const timer = setTimeout(() => client.abort(), afterMs);
    const left = await ask({}, client.signal).then(
      (response) => response.text().then(() => false),
      () => true,
    );
    clearTimeout(timer);
    return left;
  }

  it("break no other answer, and no process has to start again", { timeout: 120_000 }, async () => {
    let isOver = false;
    const lastLines: unknown[] = [];
    const stay = async (): Promise<void> => {
      while (!isOver) {
        const text = await (await ask({})).text();
        lastLines.push(JSON.parse(text.trimEnd().split("\n").at(-1) ?? ""));
      }
    };
    const stayers = Array.from({ length: STAYERS }, stay);
    let left = 0;
    for (let count = 0; count < LEAVERS; count++) if (await leave(count % 5)) left++;
    isOver = true;
    await Promise.all(stayers);
    expect(left).toBeGreaterThan(LEAVERS / 4);
    expect(lastLines.filter((line) => (line as { done?: boolean }).done !== true)).toEqual([]);
    expect(lastLines.length).toBeGreaterThanOrEqual(STAYERS);
    expect(started).toBe(1);
  });

  it("do not hide the refusal of a text that would hold the process for minutes", async () => {
    const response = await ask({ prompt: "a".repeat((16 << 20) + 1), stream: false });
    expect(response.status).toBe(400);
    expect(await response.text()).toContain("Send less at once");
    expect(started).toBe(1);
  });
});
