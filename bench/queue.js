// What the queue costs. Exits 1 when a limit is missed:
// 1. the rate of a worker at a host that answers at once, beside a bare BullMQ worker that does nothing: at least 0.75
//    (docs/decisions/2026-11-28-queue-on-bullmq.md).
//    Both run at the same time, since one after the other they differ by what else the machine does meanwhile;
// 2. the time that one prompt takes through queue and worker, beside the same executor called directly: below 5 ms;
// 3. a batch over 100 simulated hosts of which 10 die on the way: every prompt answered, nothing left in the queue, and
//    below 200 MB of memory for Redis and for the submitter, however many prompts there are.
// Usage: node bench/queue.js [items of the batch, 100 000] [rounds, at least 5]; --million for the batch alone with a million
import { mkdtemp, readFile } from "node:fs/promises";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { createQueueExecutor, createWorker } from "@codo/ollama-queue";
import { compareRates } from "./queue/compare-rates.js";
import { removeWithProcess } from "./queue/end-with-process.js";
import { InstantHost } from "./queue/instant-host.js";
import { RedisProcess } from "./queue/redis-process.js";
import { runFleet } from "./queue/simulated-fleet.js";

const IS_MILLION = process.argv.includes("--million");
const [items, rounds] = process.argv.slice(2).filter((argument) => !argument.startsWith("--"));
const ITEMS = IS_MILLION ? 1_000_000 : Number(items ?? 100_000);
/** Of a single round the machine says more than the queue does. */
const LEAST_ROUNDS = 5;
const ROUNDS = Math.max(LEAST_ROUNDS, Number(rounds ?? 0));
const LEAST_RATIO = 0.75;
const MOST_OVERHEAD_MS = 5;
const MOST_MB = 200;
/** Of what grows with the prompts: a result in Redis takes some kB, so that 100 000 of them would be hundreds of MB. */
const MOST_GROWTH_MB = 30;

const failures = [];
const check = (what, isMet) => {
  if (!isMet) failures.push(what);
  return isMet ? "ok" : "MISSED";
};
const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
const two = (value) => Math.round(value * 100) / 100;
const loadNow = async () => (await readFile("/proc/loadavg", "utf8")).split(" ", 3).join(" ");

async function measureRates() {
  const runs = [];
  for (let round = 0; round < ROUNDS; round++) {
    await withRedis((bare) => withRedis(async (own) => void runs.push(await compareRates({ bare, own }, round))));
  }
  const of = (pick) => median(runs.map(pick));
  const ratio = of((run) => run.ratio);
  console.log(`\nrate, median of ${ROUNDS} rounds in which both run at once, load ${await loadNow()}`);
  for (const who of ["bare", "own"]) {
    const all = runs.map((run) => Math.round(run[who].perSecond)).join(", ");
    const cpuMicros = Math.round(of((run) => run[who].cpuMicros));
    const name = who === "bare" ? "bare BullMQ worker" : "own worker        ";
    const perSecond = Math.round(of((run) => run[who].perSecond));
    console.log(`${name} ${perSecond} a second (${all}), ${cpuMicros} µs of processor each`);
  }
  const all = runs.map((run) => two(run.ratio)).join(", ");
  console.log(`ratio ${two(ratio)} (${all}), at least ${LEAST_RATIO}: ${check("rate", ratio >= LEAST_RATIO)}`);
}

async function measureOverhead({ url }) {
  const direct = new InstantHost();
  const fleet = { connection: url, name: "overhead" };
  const worker = await createWorker({ ...fleet, executor: direct, host: "instant", models: ["m"], concurrency: 1 });
  const executor = createQueueExecutor(fleet);
  const timeOf = async (asked, prompt) => {
    const startedAtMs = performance.now();
    await asked.execute({ model: "m", prompt }).result;
    return performance.now() - startedAtMs;
  };
  const [through, alone] = [[], []];
  for (let at = 0; at < 500; at++) {
    through.push(await timeOf(executor, `prompt ${at}`));
    alone.push(await timeOf(direct, `prompt ${at}`));
  }
  await executor.close();
  await worker.close();
  const overheadMs = median(through.slice(100)) - median(alone.slice(100));
  const verdict = check("overhead", overheadMs < MOST_OVERHEAD_MS);
  console.log(
    `\none prompt through queue and worker: ${two(overheadMs)} ms more at p50, load ${await loadNow()}: ${verdict}`,
  );
}

async function measureFleet(redis, folder) {
  console.log(`\n${ITEMS} prompts over 100 hosts of which 10 die, load ${await loadNow()}`);
  const run = await runFleet({ redis, folder, items: ITEMS });
  console.log(JSON.stringify(run));
  const { status, answered, lost, twice, wrong, leftInQueue, hostsDown } = run;
  const isWhole = status === 0 && answered === ITEMS && lost + twice + wrong + leftInQueue === 0 && hostsDown === 10;
  const counts = `${answered} answered, ${lost} lost, ${twice} twice, ${wrong} wrong, ${leftInQueue} left in the queue`;
  console.log(`${counts}, load ${await loadNow()}: ${check("fleet", isWhole)}`);
  for (const [what, peakMB, growthMB] of [
    ["Redis", run.peakRedisMB, run.redisGrowthMB],
    ["submitter", run.peakSubmitterMB, run.submitterGrowthMB],
  ]) {
    const isBounded = peakMB < MOST_MB && growthMB < MOST_GROWTH_MB;
    console.log(`${what}: peak ${peakMB} MB, grown by ${growthMB} MB over half the prompts: ${check(what, isBounded)}`);
  }
}

/** Each measurement has a Redis of its own, so that none counts what another left. */
async function withRedis(run) {
  const folder = await mkdtemp(join(tmpdir(), "codo-bench-queue-"));
  removeWithProcess(folder);
  const redis = new RedisProcess(folder, ["--appendonly", "yes", "--appendfsync", "everysec"]);
  await redis.start();
  try {
    await run(redis, folder);
  } finally {
    await redis.kill();
  }
}

console.log(`Node ${process.version}, ${cpus().length} cores, load ${await loadNow()}`);
if (!IS_MILLION) {
  await measureRates();
  await withRedis(measureOverhead);
}
await withRedis(measureFleet);
if (failures.length > 0) console.error(`\nmissed: ${failures.join(", ")}`);
process.exit(failures.length > 0 ? 1 : 0);
