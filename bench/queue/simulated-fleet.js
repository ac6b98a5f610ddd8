import { fork, spawn } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { openFleet } from "@codo/ollama-queue";
import { residentBytesOf } from "./redis-process.js";

const HOSTS = 100;
const DYING = 10;
const DIE_AFTER_MS = 10_000;
const HOST_PROCESSES = 2;
const SERVICE_MS = 20;
const SAMPLES = 20;
const NAME = "fleet";

const script = (name) => fileURLToPath(new URL(`./${name}.js`, import.meta.url));
const megabytes = (bytes) => Math.round(bytes / 1e5) / 10;

/** Runs a batch over 100 simulated hosts of which 10 die on the way, and samples the memory of Redis and the submitter. */
export async function runFleet({ redis, folder, items }) {
  const hosts = await startHosts(redis.url);
  const args = [redis.url, NAME, String(items), String(items / SAMPLES), join(folder, "journal.jsonl")];
  const submitter = fork(script("batch-of"), args);
  const peak = { redis: 0, submitter: 0 };
  const samples = [];
  const look = () => {
    const now = { redis: redis.residentBytes, submitter: residentBytesOf(submitter.pid) };
    for (const part of ["redis", "submitter"]) peak[part] = Math.max(peak[part], now[part]);
    return now;
  };
  const timer = setInterval(look, 100);
  const startedAtMs = performance.now();
  const summary = await new Promise((resolve) => {
    submitter.on("message", ({ finished, summary }) => {
      if (summary !== undefined) return resolve(summary);
      const now = look();
      samples.push({ finished, ...now });
      console.log(`  ${finished}: Redis ${megabytes(now.redis)} MB, submitter ${megabytes(now.submitter)} MB`);
    });
  });
  const seconds = (performance.now() - startedAtMs) / 1000;
  await new Promise((resolve) => submitter.once("exit", resolve));
  clearInterval(timer);
  const left = await leftIn(redis.url);
  for (const host of hosts) host.kill("SIGKILL");
  const { total, succeeded, failed } = summary;
  return {
    total,
    succeeded,
    failed,
    seconds: Math.round(seconds),
    promptsPerSecond: Math.round(total / seconds),
    ...left,
    peakRedisMB: megabytes(peak.redis),
    peakSubmitterMB: megabytes(peak.submitter),
    redisGrowthMB: megabytes(growthOf(samples.map(({ redis }) => redis))),
    submitterGrowthMB: megabytes(growthOf(samples.map(({ submitter }) => submitter))),
  };
}

async function startHosts(url) {
  const perProcess = HOSTS / HOST_PROCESSES;
  const hosts = [];
  for (let at = 0; at < HOST_PROCESSES; at++) {
    const numbers = [perProcess, at * perProcess, SERVICE_MS, DIE_AFTER_MS, DYING / HOST_PROCESSES];
    const args = [script("many-hosts"), url, NAME, ...numbers.map(String)];
    const host = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
    hosts.push(host);
    await new Promise((resolve) => host.stdout.once("data", resolve));
  }
  return hosts;
}

async function leftIn(connection) {
  const fleet = await openFleet({ connection, name: NAME });
  const { models, workers } = await fleet.status();
  await fleet.close();
  const left = models.map(({ waiting, active, uncollected }) => waiting + active + uncollected);
  return { hostsDown: workers.filter(({ state }) => state === "down").length, leftInQueue: left[0] };
}

/** How much more it was in the last quarter of a batch than in its second quarter, when it had got to its size. */
function growthOf(values) {
  const quarter = values.length / 4;
  const mean = (from, to) => values.slice(from, to).reduce((sum, value) => sum + value, 0) / (to - from);
  return mean(3 * quarter, 4 * quarter) - mean(quarter, 2 * quarter);
}
