import { spawn } from "node:child_process";
import { createWriteStream } from "node:fs";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { fileURLToPath } from "node:url";
import { openFleet } from "@codo/ollama-queue";
import { AnsweredItems } from "./answered-items.js";
import { endWithProcess } from "./end-with-process.js";
import { residentBytesOf } from "./redis-process.js";

const HOSTS = 100;
const DYING = 10;
const DIE_AFTER_MS = 10_000;
const HOST_PROCESSES = 2;
const SERVICE_MS = 20;
const SAMPLES = 20;
const LOOK_MS = 100;
const NAME = "fleet";
const CODO = fileURLToPath(new URL("../../packages/cli/bin/codo.js", import.meta.url));

const script = (name) => fileURLToPath(new URL(`./${name}.js`, import.meta.url));
const megabytes = (bytes) => Math.round(bytes / 1e5) / 10;

/**
 * Runs `codo batch --queue` over 100 simulated hosts of which 10 die on the way. Samples the memory of Redis and of the
 * command, and counts what is in the journal at the end.
 */
export async function runFleet({ redis, folder, items }) {
  const input = join(folder, "prompts.jsonl");
  const journal = join(folder, "journal.jsonl");
  await pipeline(Readable.from(promptLines(items)), createWriteStream(input));
  const hosts = await startHosts(redis.url);
  try {
    const startedAtMs = performance.now();
    const sampled = await sampleBatch({ redis, folder, args: [input, "--journal", journal], items, journal });
    const seconds = (performance.now() - startedAtMs) / 1000;
    return {
      prompts: items,
      ...sampled,
      seconds: Math.round(seconds),
      promptsPerSecond: Math.round(items / seconds),
      ...(await leftIn(redis.url)),
    };
  } finally {
    for (const host of hosts) host.kill("SIGKILL");
  }
}

function* promptLines(items) {
  for (let index = 0; index < items; index++) yield `{"id":${index},"prompt":"prompt ${index}"}\n`;
}

/** One `codo batch` in a process and a home folder of its own, as a person starts it. */
async function sampleBatch({ redis, folder, args, items, journal }) {
  const command = [CODO, "batch", ...args, "-m", "m", "--queue", redis.url, "--queue-name", NAME];
  const env = { ...process.env, HOME: folder, XDG_CONFIG_HOME: join(folder, "config") };
  const stdio = ["ignore", "ignore", "inherit"];
  const submitter = endWithProcess(spawn(process.execPath, command, { env, cwd: folder, stdio }));
  const answered = new AnsweredItems(journal, items);
  const peak = { redis: 0, submitter: 0 };
  const samples = [];
  const timer = setInterval(() => {
    const now = { redis: redis.residentBytes, submitter: residentBytesOf(submitter.pid) };
    for (const part of ["redis", "submitter"]) peak[part] = Math.max(peak[part], now[part]);
    answered.read();
    if (answered.lines < ((samples.length + 1) * items) / SAMPLES || now.submitter === 0) return;
    samples.push(now);
    console.log(`  ${answered.lines}: Redis ${megabytes(now.redis)} MB, submitter ${megabytes(now.submitter)} MB`);
  }, LOOK_MS);
  const status = await new Promise((resolve) => submitter.once("exit", resolve));
  clearInterval(timer);
  answered.read();
  return {
    status,
    ...answered.count(),
    peakRedisMB: megabytes(peak.redis),
    peakSubmitterMB: megabytes(peak.submitter),
    redisGrowthMB: megabytes(growthOf(samples.map((sample) => sample.redis))),
    submitterGrowthMB: megabytes(growthOf(samples.map((sample) => sample.submitter))),
  };
}

async function startHosts(url) {
  const perProcess = HOSTS / HOST_PROCESSES;
  const hosts = [];
  for (let at = 0; at < HOST_PROCESSES; at++) {
    const numbers = [perProcess, at * perProcess, SERVICE_MS, DIE_AFTER_MS, DYING / HOST_PROCESSES];
    const args = [script("many-hosts"), url, NAME, ...numbers.map(String)];
    const host = endWithProcess(spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] }));
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
