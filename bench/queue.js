// What the queue costs:
// 1. the rate of a worker at a host that answers at once, beside a bare BullMQ worker that does nothing;
// 2. the time that one prompt takes through queue and worker, beside the same executor called directly;
// 3. a batch over 100 simulated hosts of which 10 die on the way: rate, and the memory of Redis and of the submitter.
// Usage: node bench/queue.js [items of the batch, 100 000] [rounds, 5]
import { execFileSync, fork, spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createQueueExecutor, createWorker, openFleet } from "@codo/ollama-queue";
import { ScriptedExecutor } from "@codo/ollama-runner/testing";
import { RedisProcess, residentBytesOf } from "./queue/redis-process.js";

const ITEMS = Number(process.argv[2] ?? 100_000);
const ROUNDS = Number(process.argv[3] ?? 5);
const RATE_JOBS = 4_000;
const CONCURRENCY = 16;
const HOSTS = 100;
const DYING = 10;
const HOST_PROCESSES = 2;
const SERVICE_MS = 20;

const script = (name) => fileURLToPath(new URL(`./queue/${name}.js`, import.meta.url));
const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
const megabytes = (bytes) => Math.round(bytes / 1e5) / 10;

function measure(name, ...args) {
  return JSON.parse(execFileSync(process.execPath, [script(name), ...args.map(String)], { encoding: "utf8" }));
}

/** Both in turn, so that what else the machine does meanwhile is shared. */
function compareRates(redis) {
  const rounds = [];
  for (let round = 0; round < ROUNDS; round++) {
    const bare = measure("bare-worker", redis.url, "bare", `round${round}`, RATE_JOBS, CONCURRENCY);
    const own = measure("own-worker", redis.url, `round${round}`, RATE_JOBS, CONCURRENCY);
    rounds.push({ bare, own, ratio: own.perSecond / bare.perSecond });
  }
  const of = (pick) => Math.round(median(rounds.map(pick)));
  return {
    bareJobsPerSecond: of(({ bare }) => bare.perSecond),
    ownPromptsPerSecond: of(({ own }) => own.perSecond),
    ratioOfMedians: Math.round((100 * of(({ own }) => own.perSecond)) / of(({ bare }) => bare.perSecond)) / 100,
    ratios: rounds.map(({ ratio }) => Math.round(ratio * 100) / 100),
    bareCpuMicrosPerJob: of(({ bare }) => bare.cpuMicros),
    ownCpuMicrosPerPrompt: of(({ own }) => own.cpuMicros),
  };
}

async function measureOverhead(redis) {
  const direct = new ScriptedExecutor({ record: false });
  const fleet = { connection: redis.url, name: "overhead" };
  const worker = await createWorker({ ...fleet, executor: direct, host: "scripted", models: ["m"], concurrency: 1 });
  const executor = createQueueExecutor(fleet);
  const timesOf = async (asked) => {
    const times = [];
    for (let at = 0; at < 300; at++) {
      const startedAtMs = performance.now();
      await asked.execute({ model: "m", prompt: `prompt ${at}` });
      times.push(performance.now() - startedAtMs);
    }
    return times.slice(50);
  };
  const [through, alone] = [await timesOf(executor), await timesOf(direct)];
  await executor.close();
  await worker.close();
  return { p50Ms: Math.round((median(through) - median(alone)) * 100) / 100 };
}

async function runFleet(redis, folder) {
  const name = "fleet";
  const perProcess = HOSTS / HOST_PROCESSES;
  const processes = [];
  for (let at = 0; at < HOST_PROCESSES; at++) {
    const args = [redis.url, name, perProcess, at * perProcess, SERVICE_MS, 10_000, DYING / HOST_PROCESSES].map(String);
    const child = spawn(process.execPath, [script("many-hosts"), ...args], { stdio: ["ignore", "pipe", "inherit"] });
    await new Promise((resolve) => child.stdout.once("data", resolve));
    processes.push(child);
  }
  const submitter = fork(script("batch-of"), [redis.url, name, String(ITEMS), join(folder, "journal.jsonl")]);
  const peak = { redis: 0, submitter: 0 };
  const growth = [];
  const look = () => {
    peak.redis = Math.max(peak.redis, redis.residentBytes);
    peak.submitter = Math.max(peak.submitter, residentBytesOf(submitter.pid));
  };
  const timer = setInterval(look, 100);
  const startedAtMs = performance.now();
  const summary = await new Promise((resolve) => {
    submitter.on("message", (message) => {
      if (typeof message !== "number") return resolve(message);
      if (message % (ITEMS / 10) !== 0) return;
      look();
      const now = { redis: redis.residentBytes, submitter: residentBytesOf(submitter.pid) };
      growth.push({ finished: message, redisMB: megabytes(now.redis), submitterMB: megabytes(now.submitter) });
      console.log(
        `  ${message} of ${ITEMS}: Redis ${megabytes(now.redis)} MB, submitter ${megabytes(now.submitter)} MB`,
      );
    });
  });
  clearInterval(timer);
  const seconds = (performance.now() - startedAtMs) / 1000;
  const fleet = await openFleet({ connection: redis.url, name });
  const { models, workers } = await fleet.status();
  await fleet.close();
  for (const child of processes) child.kill("SIGKILL");
  const { total, succeeded, failed } = summary;
  return {
    total,
    succeeded,
    failed,
    seconds: Math.round(seconds),
    promptsPerSecond: Math.round(total / seconds),
    hostsDown: workers.filter(({ state }) => state === "down").length,
    leftInQueue: models.map(({ waiting, active, uncollected }) => waiting + active + uncollected),
    peakRedisMB: megabytes(peak.redis),
    peakSubmitterMB: megabytes(peak.submitter),
    growth,
  };
}

const folder = await mkdtemp(join(tmpdir(), "codo-bench-queue-"));
const redis = new RedisProcess(folder, ["--appendonly", "yes", "--appendfsync", "everysec"]);
await redis.start();
try {
  console.log(
    `Node ${process.version}, ${cpus().length} cores, load ${execFileSync("cat", ["/proc/loadavg"], { encoding: "utf8" }).trim()}`,
  );
  console.log("rate", JSON.stringify(compareRates(redis)));
  console.log("overhead", JSON.stringify(await measureOverhead(redis)));
  console.log("fleet", JSON.stringify(await runFleet(redis, folder), null, 1));
} finally {
  await redis.kill();
  await rm(folder, { recursive: true, force: true });
}
process.exit(0);
