// Does a comparison decide what it should? `pnpm chaos:bench [runs]`
//   1. a scripted server slowed by 10 % has to be called worse in at least 19 of 20 runs;
//   2. the same scripted server twice must never be called better or worse;
//   3. the same plan twice on the embedded engine, the runs taking turns, has to be called the same.
// Real HTTP, real processes, and the machine's own noise.
import { spawn } from "node:child_process";
import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { startEngineProcess } from "../bench/engine/engine-process.js";
import { createModelStore } from "../bench/engine/model-store.js";
import { benchmarkModel, compareReports } from "../packages/bench/dist/index.js";
import { createExecutor, OllamaClient } from "../packages/core/dist/index.js";

const RUNS = Number(process.argv[2] ?? 20);
const SCRIPT = { prefillMs: 20, tokenMs: 4, tokens: 12, parallel: 8 };
const PLAN = { trials: 5, requests: 9, warmup: 1 };

const child = spawn(
  process.execPath,
  [new URL("../packages/bench/tests/scripted-server.js", import.meta.url).pathname, JSON.stringify(SCRIPT)],
  { stdio: ["pipe", "pipe", "inherit"] },
);
const port = await new Promise((resolve) => child.stdout.once("data", (data) => resolve(String(data).trim())));
const url = `http://127.0.0.1:${port}`;
const scripted = createExecutor(new OllamaClient({ host: url }));
const slowdown = (factor) => fetch(`${url}/script`, { method: "POST", body: JSON.stringify({ slowdown: factor }) });
const measure = () => benchmarkModel(scripted, "scripted", ["one", "two"], {}, PLAN);

const VERDICTS = ["better", "worse", "same", "inconclusive"];
const tally = (verdicts) =>
  VERDICTS.map((verdict) => `${verdict} ${verdicts.filter((one) => one === verdict).length}`).join(", ");

const slower = [];
const again = [];
for (let run = 1; run <= RUNS; run++) {
  await slowdown(1);
  const before = await measure();
  again.push(compareReports(before, await measure()).verdict);
  await slowdown(1.1);
  slower.push(compareReports(before, await measure()).verdict);
  process.stderr.write(`run ${run} of ${RUNS}: unchanged ${again.at(-1)}, slowed ${slower.at(-1)}\n`);
}
child.stdin.end();

// A real server gets faster for a while, as its code is compiled: a long warm-up, answers of one length that take a while,
// more trials. The engine is a process of its own, so that what measures does not share a thread with what serves.
const MODEL = "tiny-endless";
const file = new URL(`../packages/test-utils/transcripts/models/${MODEL}.gguf`, import.meta.url);
const store = createModelStore({ [MODEL]: fileURLToPath(file) });
const engine = await startEngineProcess({ OLLAMA_MODELS: store });
const real = createExecutor(new OllamaClient({ host: `127.0.0.1:${engine.port}` }));
const plan = { trials: 40, requests: 6, depths: [512], outputTokens: 256, warmup: 200, threshold: 0.1 };
const SLICE_TRIALS = 5;

/** Goes on with a run for a few trials, and stops it when it begins the one after them. */
async function measureSlice(journal, lastTrial) {
  const controller = new AbortController();
  const onRequest = ({ phase, trial }) => {
    if (phase === "measured" && trial > lastTrial) controller.abort();
  };
  const sliced = { ...plan, journal, resume: existsSync(journal), signal: controller.signal, onRequest };
  return await benchmarkModel(real, MODEL, [], { temperature: 0, seed: 1 }, sliced);
}

// The two runs take turns, as models in one run do: a shared machine is faster or slower by a tenth for half a minute, and
// that would be compared instead of the engine with itself.
const journals = [1, 2].map((run) => join(store, `run-${run}.jsonl`));
const reports = [];
for (let last = SLICE_TRIALS; last <= plan.trials; last += SLICE_TRIALS) {
  for (const [run, journal] of journals.entries()) reports[run] = await measureSlice(journal, last);
}
const onEngine = compareReports(...reports, { threshold: plan.threshold });
await engine.stop();
rmSync(store, { recursive: true, force: true });

console.log(`slowed by 10 %:          ${tally(slower)} (of ${RUNS}; at least 19 of 20 have to be worse)`);
console.log(`unchanged:               ${tally(again)} (of ${RUNS}; none may be better or worse)`);
console.log(`embedded engine, twice:  ${onEngine.verdict} (threshold ${plan.threshold * 100} %)`);
for (const row of onEngine.metrics.filter(({ exploratory }) => !exploratory)) {
  const [low, high] = row.ci95 ?? [Number.NaN, Number.NaN];
  console.log(
    `  ${row.metric.padEnd(12)} ${row.before.toFixed(2).padStart(9)} → ${row.after.toFixed(2).padStart(9)}  ${(row.shift * 100).toFixed(1)} % [${(low * 100).toFixed(1)} … ${(high * 100).toFixed(1)}]  ${row.verdict}`,
  );
}
const worse = slower.filter((verdict) => verdict === "worse").length;
const wrong = again.filter((verdict) => verdict === "better" || verdict === "worse").length;
const passed = worse >= Math.floor(RUNS * 0.95) && wrong === 0 && onEngine.verdict === "same";
console.log(passed ? "passed" : "FAILED");
process.exitCode = passed ? 0 : 1;
