import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ExecutionRequest, ModelExecutor } from "@codo/ollama-contract";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  benchmarkModel,
  compareReports,
  createModelComparison,
  describePlan,
  estimatePlan,
  renderReport,
} from "../src/index.js";
import { type ScriptedServer, startScriptedServer } from "./start-scripted-server.js";

let server: ScriptedServer;
let folder: string;

beforeAll(async () => {
  server = await startScriptedServer({ prefillMs: 1, tokenMs: 1, tokens: 3 });
  folder = await mkdtemp(join(tmpdir(), "codo-bench-"));
});

afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

/** An executor that notes what it is asked. */
function noting(executor: ModelExecutor): { executor: ModelExecutor; requests: ExecutionRequest[] } {
  const requests: ExecutionRequest[] = [];
  const noted: ModelExecutor = {
    execute: (request) => {
      requests.push(request);
      return executor.execute(request);
    },
    embed: (request) => executor.embed(request),
    describeModel: (name, call) => executor.describeModel(name, call),
    listLoaded: (call) => executor.listLoaded(call),
  };
  return { executor: noted, requests };
}

const promptOf = ({ messages = [] }: ExecutionRequest): string => messages.at(-1)?.content ?? "";

describe("a server that goes away during a run", () => {
  it("does not take the finished trials with it", async () => {
    const dying = await startScriptedServer({ prefillMs: 1, tokenMs: 1, tokens: 3 });
    let measured = 0;
    let gone: PromiseLike<void> | undefined;
    const report = await benchmarkModel(
      dying.executor,
      "scripted",
      ["a"],
      {},
      {
        trials: 4,
        onRequest: ({ phase }) => {
          if (phase === "measured" && ++measured === 8) gone = dying[Symbol.asyncDispose]();
        },
      },
    );
    await gone;
    expect(report.run).toMatchObject({ status: "partial", failure: { code: expect.any(String) } });
    expect(report.results.length).toBeGreaterThanOrEqual(2);
    expect(report.results[0]?.counts).toEqual({ attempted: 3, ok: 3, error: 0 });
    expect(report.warnings.find(({ code }) => code === "partial-run")?.message).toMatch(/^The run failed \(/);
    expect(renderReport(report, "text")).toContain("The run failed (");
  });
});

describe("what would make numbers wrong", () => {
  it("a model named twice is refused: its trials would be compared with themselves", async () => {
    const twice = createModelComparison(server.executor, ["scripted", "scripted"], ["a"]);
    await expect(twice).rejects.toMatchObject({ code: "INVALID_CONFIG" });
  });

  it("a nonce behind a system prompt does not prove that the cache was of no use", async () => {
    const plan = { trials: 1, bustCache: true };
    const bare = await benchmarkModel(server.executor, "scripted", ["a"], {}, plan);
    expect(bare.aggregates[0]?.metrics.prefill_tps?.n).toBe(3);
    const framed = await benchmarkModel(server.executor, "scripted", ["a"], {}, { ...plan, system: "Be brief." });
    expect(framed.aggregates[0]?.metrics.prefill_tps).toBeUndefined();
    expect(framed.warnings.find(({ code }) => code === "cache-unknown")?.message).toMatch(/system prompt/);
  });

  it("no two requests of a ladder send the same prompt when the cache is to be busted", async () => {
    const { executor, requests } = noting(server.executor);
    const load = [{ type: "sync" } as const, { type: "concurrency", level: 2 } as const];
    await benchmarkModel(executor, "scripted", ["a"], {}, { trials: 2, bustCache: true, load });
    const prompts = requests.map(promptOf);
    expect(prompts.length).toBeGreaterThan(10);
    expect(new Set(prompts).size).toBe(prompts.length);
  });

  it("a window for a depth also holds the given prompts", async () => {
    const { executor, requests } = noting(server.executor);
    const long = "word ".repeat(3000);
    await benchmarkModel(executor, "scripted", [long], {}, { trials: 1, requests: 1, depths: [64] });
    const windows = new Set(requests.map(({ options }) => options?.numCtx));
    expect(windows.size).toBe(1);
    expect([...windows][0]).toBeGreaterThan(3000);
  });

  it("a check that throws fails its answer and not the run; one that cannot work is refused first", async () => {
    const broken = { name: "broken", type: "custom", check: () => JSON.parse("{") } as const;
    const report = await benchmarkModel(server.executor, "scripted", ["a"], {}, { trials: 1, checks: [broken] });
    expect(report.quality[0]).toMatchObject({ check: "broken", passed: 0, n: 3 });
    const regex = { name: "open", type: "regex", pattern: "(" } as const;
    expect(() => describePlan(["scripted"], ["a"], {}, { checks: [regex] })).toThrow(/"open" does not parse/);
  });

  it("a first token of a cold start or a reload is in time when it is", async () => {
    const plan = { trials: 1, states: ["cold", "reload"], goodput: ["ttft_ms <= 60000"] } as const;
    const report = await benchmarkModel(server.executor, "scripted", ["a"], {}, plan);
    expect(report.aggregates.map(({ metrics }) => metrics.slo_attainment?.mean)).toEqual([1, 1, 1]);
  });

  it("prompts with a shared prefix are longer than it, and nobody is warned of that", async () => {
    const report = await benchmarkModel(server.executor, "scripted", [], {}, { trials: 1, cachedPrefixTokens: 64 });
    const codes = report.warnings.map(({ code }) => code);
    expect(codes).toContain("cache-unknown");
    expect(codes).not.toContain("prompt-size-off");
  });

  it("prompts of an embedding model are sized by its own endpoint", async () => {
    const sized: string[] = [];
    const { executor } = noting(server.executor);
    const embedder: ModelExecutor = {
      ...executor,
      execute: () => {
        throw new Error("does not support generate");
      },
      embed: async ({ model, input }) => {
        sized.push(...input);
        return { model, embeddings: input.map(() => [1]), promptTokens: input[0]?.split(" ").length ?? 0 };
      },
    };
    const plan = { trials: 1, requests: 2, endpoint: "embed", depths: [40] } as const;
    const report = await benchmarkModel(embedder, "scripted", [], {}, plan);
    expect(report.results[0]?.counts).toEqual({ attempted: 2, ok: 2, error: 0 });
    expect(sized.at(-1)?.split(" ")).toHaveLength(40);
  });

  it("an objective is not open but missed where every request failed", async () => {
    await using failing = await startScriptedServer({ failEvery: 1 });
    const plan = { trials: 1, warmup: 0, slo: ["p95(ttft_ms) <= 800"] };
    const report = await benchmarkModel(failing.executor, "scripted", ["a"], {}, plan);
    expect(report.slo).toMatchObject([{ value: null, met: false }]);
  });

  it("an estimate is no estimate when the probe failed", async () => {
    await using failing = await startScriptedServer({ failEvery: 1 });
    await expect(estimatePlan(failing.executor, ["scripted"], ["a"])).rejects.toMatchObject({ code: "SERVER_ERROR" });
  });
});

describe("a run that is gone on with", () => {
  it("has answers side by side, also where the first trial was in the first part", async () => {
    const plan = { journal: join(folder, "sides.jsonl"), trials: 2 };
    const controller = new AbortController();
    const onRequest = ({ phase, trial }: { phase: string; trial: number }): void => {
      if (phase === "measured" && trial === 2) controller.abort();
    };
    const models = ["scripted", "other"];
    const first = { ...plan, signal: controller.signal, onRequest };
    await createModelComparison(server.executor, models, ["a"], {}, first);
    const { outputs } = await createModelComparison(server.executor, models, ["a"], {}, { ...plan, resume: true });
    expect(outputs?.[0]?.answers.map(({ model }) => model)).toEqual(models);
  });

  it("counts its times on from the first part, and refuses another system prompt", async () => {
    const plan = { journal: join(folder, "parts.jsonl"), trials: 3 };
    const controller = new AbortController();
    let measured = 0;
    const onRequest = ({ phase }: { phase: string }): void => {
      if (phase === "measured" && ++measured === 5) controller.abort();
    };
    await benchmarkModel(server.executor, "scripted", ["a"], {}, { ...plan, signal: controller.signal, onRequest });
    const resumed = { ...plan, resume: true };
    const other = benchmarkModel(server.executor, "scripted", ["a"], {}, { ...resumed, system: "Be brief." });
    await expect(other).rejects.toThrow(/another plan/);
    const { results } = await benchmarkModel(server.executor, "scripted", ["a"], {}, resumed);
    expect(results.map(({ trial }) => trial)).toEqual([1, 2, 3]);
    const times = results.flatMap(({ window }) => [window.startMs, window.endMs]);
    expect(times).toEqual([...times].sort((a, b) => a - b));
  });
});

describe("two reports", () => {
  it("are of one model also where one names its tag", async () => {
    const before = await benchmarkModel(server.executor, "scripted", ["a"], {}, { trials: 1 });
    const tagged = <T extends object>(row: T): T => ({
      ...row,
      ...("model" in row ? { model: "scripted:latest" } : {}),
    });
    const after = {
      ...before,
      models: before.models.map((model) => ({ ...model, name: "scripted:latest" })),
      results: before.results.map(tagged),
    };
    expect(compareReports(before, after)).toMatchObject({ comparable: true, environmentDiff: [] });
  });
});
