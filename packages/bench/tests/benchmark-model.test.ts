import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ModelExecutor } from "@codo/ollama-contract";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  type BenchProgress,
  benchmarkModel,
  createModelComparison,
  describePlan,
  estimatePlan,
  readRequests,
  renderReport,
} from "../src/index.js";
import { type ScriptedServer, startScriptedServer } from "./start-scripted-server.js";

let server: ScriptedServer;
let folder: string;

beforeAll(async () => {
  server = await startScriptedServer({ prefillMs: 3, tokenMs: 1, tokens: 4 });
  folder = await mkdtemp(join(tmpdir(), "codo-bench-"));
});

afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

describe("benchmarkModel", () => {
  it("warns once of an option under its wire name", async () => {
    const report = await benchmarkModel(server.executor, "scripted", ["a"], { num_predict: 8 } as never, { trials: 1 });
    expect(report.warnings.filter(({ code }) => code === "option-name")).toEqual([
      { code: "option-name", message: expect.stringContaining('it is called "numPredict" here') },
    ]);
  });

  it("measures what was asked for, and says what it can't know", async () => {
    const seen: BenchProgress[] = [];
    const report = await benchmarkModel(
      server.executor,
      "scripted",
      ["a", "b"],
      { temperature: 0 },
      { trials: 2, onProgress: (progress) => seen.push(progress) },
    );
    expect(report).toMatchObject({ schema: "codo.ollama-bench/report", schemaVersion: 1, run: { status: "complete" } });
    expect(report.results).toHaveLength(2);
    expect(report.results[0]?.counts).toEqual({ attempted: 3, ok: 3, error: 0 });
    expect(report.scenarios[0]).toMatchObject({ id: "chat/sync", options: { temperature: 0 } });
    expect(report.models[0]).toMatchObject({ name: "scripted", digest: "scripted-digest", format: "gguf" });
    expect(report.environment.server).toMatchObject({ version: "0.33.0", isLocal: true });
    // The prompts carry no nonce and this server does not say what it had cached.
    expect(report.aggregates[0]?.metrics.prefill_tps).toBeUndefined();
    expect(report.warnings.map(({ code }) => code)).toEqual(
      expect.arrayContaining(["cache-unknown", "sample-too-small", "shared-host"]),
    );
    expect(seen.at(-1)).toMatchObject({ phase: "done", requestsDone: 6, requestsTotal: 6, etaMs: 0 });
  });

  it("samples processor time and memory of a local server where the system tells", async () => {
    const report = await benchmarkModel(server.executor, "scripted", ["a"], {}, { trials: 1 });
    const resources = report.results[0]?.resources;
    if (process.platform === "linux") expect(resources?.serverRssBytes).toBeGreaterThan(10e6);
    expect(resources?.modelSizeBytes).toBe(1000);
  });

  it("counts the processor time of the measured requests alone, not that of a warm-up", async () => {
    let requests = 0;
    const busyAtFirst: ModelExecutor = {
      execute: (request) => {
        const { user } = process.cpuUsage();
        if (++requests === 1) while (process.cpuUsage().user - user < 400_000);
        return server.executor.execute(request);
      },
      embed: (request) => server.executor.embed(request),
      describeModel: (name, call) => server.executor.describeModel(name, call),
      listLoaded: (call) => server.executor.listLoaded(call),
    };
    const report = await benchmarkModel(busyAtFirst, "scripted", ["a"], {}, { trials: 1, requests: 3 });
    expect(requests).toBe(4);
    expect(report.results[0]?.resources.clientCpuSeconds).toBeLessThan(0.3);
  });

  it("cuts corpus prompts to an exact length and busts the cache", async () => {
    const report = await benchmarkModel(
      server.executor,
      "scripted",
      [],
      {},
      { trials: 1, depths: [64, 128], requests: 2 },
    );
    expect(report.scenarios.map(({ id }) => id)).toEqual(["chat/sync/depth-64", "chat/sync/depth-128"]);
    expect(report.warnings.map(({ code }) => code)).not.toContain("prompt-size-off");
    expect(report.aggregates[0]?.metrics.prefill_tps?.n).toBe(2);
  });

  it("measures cold starts and reloads only when asked to", async () => {
    const report = await benchmarkModel(
      server.executor,
      "scripted",
      ["a"],
      {},
      { trials: 2, states: ["cold", "reload"] },
    );
    const metricsOf = (id: string) => report.aggregates.find(({ scenarioId }) => scenarioId === id)?.metrics;
    expect(metricsOf("chat/cold")?.cold_start_ms?.n).toBe(2);
    expect(metricsOf("chat/reload")?.reload_ms?.n).toBe(2);
    expect(metricsOf("chat/sync")?.cold_start_ms).toBeUndefined();
  });

  it("counts failures and goes on", async () => {
    await using failing = await startScriptedServer({ prefillMs: 1, tokenMs: 1, tokens: 2, failEvery: 3 });
    const report = await benchmarkModel(
      failing.executor,
      "scripted",
      ["a"],
      {},
      { trials: 1, requests: 9, warmup: 0, slo: ["error_rate <= 0.1", "p50(ttft_ms) <= 5000"] },
    );
    expect(report.results[0]?.counts).toEqual({ attempted: 9, ok: 6, error: 3 });
    expect(report.results[0]?.errors[0]).toMatchObject({ code: "SERVER_ERROR", count: 3 });
    expect(report.slo.map(({ met }) => met)).toEqual([false, true]);
  });

  it("checks answers and gives pass rates with their intervals", async () => {
    const report = await benchmarkModel(
      server.executor,
      "scripted",
      ["a"],
      {},
      {
        trials: 2,
        requests: 5,
        checks: [
          { name: "says t1", type: "contains", text: "T1", ignoreCase: true },
          { name: "ends", type: "regex", pattern: "t9 $" },
          { name: "short", type: "custom", check: ({ text }) => text.length < 100 },
        ],
      },
    );
    expect(report.quality.map(({ check, passed, n }) => [check, passed, n])).toEqual([
      ["says t1", 10, 10],
      ["ends", 0, 10],
      ["short", 10, 10],
    ]);
    expect(report.quality[0]?.ci95?.[0]).toBeCloseTo(0.722, 2);
    expect(report.aggregates[0]?.metrics.determinism?.mean).toBe(1);
  });

  it("embeddings have an end, and no first token", async () => {
    const report = await benchmarkModel(server.executor, "scripted", ["a"], {}, { trials: 1, endpoint: "embed" });
    expect(report.aggregates[0]?.metrics.e2e_ms?.n).toBe(3);
    expect(report.aggregates[0]?.metrics.ttft_ms).toBeUndefined();
  });

  it("refuses what can't be measured, by name", async () => {
    await expect(benchmarkModel(server.executor, "missing", ["a"])).rejects.toMatchObject({ code: "MODEL_NOT_FOUND" });
    await expect(benchmarkModel(server.executor, "scripted", [])).rejects.toMatchObject({ code: "INVALID_CONFIG" });
    await expect(benchmarkModel(server.executor, "scripted", ["a"], {}, { slo: ["p95(speed) < 3"] })).rejects.toThrow(
      /"p95\(speed\) < 3" is not an objective/,
    );
    await expect(benchmarkModel(server.executor, "scripted", ["a"], {}, { trials: 0 })).rejects.toThrow(/"trials"/);
  });
});

describe("a run that is interrupted", () => {
  it("has a valid partial report, and is resumed from its journal without repeating a finished trial", async () => {
    const journal = join(folder, "run.jsonl");
    const controller = new AbortController();
    const prompts = ["a", "b", "c"];
    const plan = { trials: 4, journal };
    let measured = 0;
    const partial = await benchmarkModel(
      server.executor,
      "scripted",
      prompts,
      {},
      {
        ...plan,
        signal: controller.signal,
        onRequest: ({ phase }) => {
          if (phase === "measured" && ++measured === 7) controller.abort();
        },
      },
    );
    expect(partial.run.status).toBe("partial");
    expect(partial.results.map(({ trial }) => trial)).toEqual([1, 2]);
    expect(partial.warnings.map(({ code }) => code)).toContain("partial-run");
    // A run that was killed leaves a torn last line.
    await writeFile(journal, '{"type":"request","model":"scr', { flag: "a" });

    let again = 0;
    const report = await benchmarkModel(
      server.executor,
      "scripted",
      prompts,
      {},
      {
        ...plan,
        resume: true,
        onRequest: ({ phase }) => {
          if (phase === "measured") again++;
        },
      },
    );
    expect(report.run).toMatchObject({ status: "complete", id: partial.run.id });
    expect(report.results).toHaveLength(4);
    expect(again).toBe(6);
    expect(report.aggregates[0]?.counts.attempted).toBe(12);
    const lines = (await readFile(journal, "utf8")).split("\n").filter((line) => line.startsWith('{"type":"trial"'));
    expect(lines).toHaveLength(4);
    // The journal has what was cut and what was measured again; the page shows what the figures are made of.
    const requests = [];
    for await (const request of readRequests(journal)) requests.push(request);
    expect(requests.filter(({ phase }) => phase === "measured")).toHaveLength(13);
    expect(renderReport(report, "html", { requests }).match(/<g class="request">/g)).toHaveLength(12);
  });

  it("refuses the journal of another plan, and to write over one", async () => {
    const journal = join(folder, "other.jsonl");
    await benchmarkModel(server.executor, "scripted", ["a"], {}, { trials: 1, journal });
    await expect(benchmarkModel(server.executor, "scripted", ["a"], {}, { trials: 1, journal })).rejects.toThrow(
      /exists/,
    );
    await expect(
      benchmarkModel(server.executor, "scripted", ["b"], {}, { trials: 1, journal, resume: true }),
    ).rejects.toThrow(/another plan/);
  });
});

describe("a plan can be looked at before it is run", () => {
  it("lists scenarios and requests without sending any", () => {
    const plan = describePlan(
      ["x", "y"],
      ["a", "b"],
      {},
      { load: [{ type: "sync" }, { type: "concurrency", level: 8 }] },
    );
    expect(plan).toMatchObject({ trials: 20, requests: 2 * 5 * (3 + 30) });
  });

  it("estimates the time by one probe of each model", async () => {
    const estimate = await estimatePlan(server.executor, ["scripted"], ["a"], {}, { trials: 2, requests: 10 });
    expect(estimate.probeMs?.scripted).toBeGreaterThan(5);
    expect(estimate.durationMs).toBeCloseTo(20 * (estimate.probeMs?.scripted ?? 0), 3);
  });
});

describe("comparisons", () => {
  it("interleave the models trial by trial and put answers side by side", async () => {
    const order: string[] = [];
    const report = await createModelComparison(
      server.executor,
      ["scripted", "other"],
      ["a"],
      {},
      {
        trials: 2,
        onRequest: ({ model, phase }) => {
          if (phase === "measured" && order.at(-1) !== model) order.push(model);
        },
      },
    );
    expect(order).toEqual(["scripted", "other", "scripted", "other"]);
    expect(report.comparisons?.[0]).toMatchObject({ baseline: "scripted", candidate: "other", comparable: true });
    expect(report.outputs?.[0]).toMatchObject({
      prompt: "a",
      isSame: true,
      answers: [{ model: "scripted" }, { model: "other" }],
    });
  });
});
