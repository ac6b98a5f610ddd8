// Runs a batch of 5 000 over 8 workers while workers, the submitter, the collector and Redis itself are killed with
// SIGKILL at 32 random moments, once with an append-only file that is written every second and once with one that is
// written at each command. At the end there are 5 000 results in the journal, none twice and none lost, and no more
// prompts were asked again than ran at a kill (with a file written every second also those of the last second).
// Usage: node chaos/queue.js [items] [kills] [seed] [--verbose]
import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { RedisProcess } from "../bench/queue/redis-process.js";
import { ScriptedHost } from "./queue/scripted-host.js";
import { seededRandom } from "./seeded-random.js";

const ITEMS = Number(process.argv[2] ?? 5_000);
const KILLS = Number(process.argv[3] ?? 32);
const SEED = Number(process.argv[4] ?? Date.now() % 100_000);
const IS_VERBOSE = process.argv.includes("--verbose");
const WORKERS = 8;
const SERVICE_MS = 250;
const LOCK_MS = 6_000;
/** A file written every second may lack what came a second and a disk's write before. */
const LOST_MS = 2_000;
const PART = fileURLToPath(new URL("../bench/queue/fleet-part.js", import.meta.url));

const random = seededRandom(SEED);

/** A process that is started again whenever it ends before its work is done. */
class Part {
  isDone = false;
  #args;
  #child;
  #isClosing = false;

  constructor(...args) {
    this.#args = args;
    this.#start();
  }

  kill() {
    this.#child.kill("SIGKILL");
  }

  close() {
    this.#isClosing = true;
    this.kill();
  }

  #start() {
    this.#child = spawn(process.execPath, [PART, ...this.#args], { stdio: ["ignore", "ignore", "pipe"] });
    let said = "";
    this.#child.stderr.on("data", (chunk) => {
      said += chunk;
    });
    this.#child.once("close", (code) => {
      if (code === 0) this.isDone = true;
      else if (!this.#isClosing) setTimeout(() => this.#start(), 200);
      if (IS_VERBOSE && said !== "") process.stderr.write(said);
    });
  }
}

/** What is in a journal: how often each key. */
async function countKeys(journal) {
  const text = await readFile(journal, "utf8").catch(() => "");
  const counts = new Map();
  let wrong = 0;
  for (const line of text.split("\n").slice(0, -1)) {
    const { key, result } = JSON.parse(line);
    counts.set(key, (counts.get(key) ?? 0) + 1);
    if (!result.success || result.response !== `prompt ${key}`) wrong++;
  }
  return { counts, wrong };
}

async function runOnce(fsync) {
  const folder = await mkdtemp(join(tmpdir(), "codo-chaos-queue-"));
  const journal = join(folder, "journal.jsonl");
  const redis = new RedisProcess(join(folder), ["--appendonly", "yes", "--appendfsync", fsync]);
  const host = new ScriptedHost(SERVICE_MS);
  const hostUrl = await host.listen();
  await redis.start();
  const workers = Array.from({ length: WORKERS }, (_, at) => ({
    path: `w${at}`,
    part: new Part("worker", redis.url, `${hostUrl}/w${at}`, String(LOCK_MS)),
  }));
  const submitter = new Part("submitter", redis.url, String(ITEMS));
  const collector = new Part("collector", redis.url, journal);
  const kills = { worker: 0, submitter: 0, collector: 0, redis: 0 };
  let mayBeAskedAgain = 0;
  const startedAtMs = performance.now();
  const killOne = async () => {
    const what = random();
    if (what < 0.5) {
      const { path, part } = workers[Math.floor(random() * WORKERS)];
      mayBeAskedAgain += host.runningAt(path);
      part.kill();
      kills.worker++;
    } else if (what < 0.65 && !submitter.isDone) {
      submitter.kill();
      kills.submitter++;
    } else if (what < 0.8) {
      collector.kill();
      kills.collector++;
    } else {
      const sinceMs = performance.now() - LOST_MS;
      const recent = host.answeredAtMs.filter((atMs) => atMs > sinceMs).length;
      mayBeAskedAgain += host.runningNow + (fsync === "everysec" ? recent : 0);
      await redis.kill();
      kills.redis++;
      await delay(random() * 500);
      await redis.start();
    }
  };
  let done = 0;
  while (!collector.isDone && performance.now() - startedAtMs < 600_000) {
    const total = Object.values(kills).reduce((sum, count) => sum + count, 0);
    const { counts } = await countKeys(journal);
    // The kills are spread over the whole of the batch.
    if (total < KILLS && counts.size >= (ITEMS * total) / (KILLS + 1)) {
      await delay(random() * 400);
      await killOne();
    }
    if (counts.size > done + ITEMS / 10) {
      done = counts.size;
      console.log(
        `  ${done} of ${ITEMS} in the journal, ${total} kills, ${Math.round((performance.now() - startedAtMs) / 1000)} s`,
      );
    }
    await delay(100);
  }
  for (const { part } of workers) part.close();
  for (const part of [submitter, collector]) part.close();
  await redis.kill();
  host.close();
  const { counts, wrong } = await countKeys(journal);
  const twice = [...counts.values()].filter((count) => count > 1).length;
  const lost = Array.from({ length: ITEMS }, (_, at) => String(at)).filter((key) => !counts.has(key)).length;
  const askedAgain = [...host.asked.values()].reduce((sum, count) => sum + count - 1, 0);
  await rm(folder, { recursive: true, force: true });
  const seconds = Math.round((performance.now() - startedAtMs) / 1000);
  const outcome = { fsync, seconds, kills, results: counts.size, twice, lost, wrong, askedAgain, mayBeAskedAgain };
  console.log(JSON.stringify(outcome));
  return counts.size === ITEMS && twice + lost + wrong === 0 && askedAgain <= mayBeAskedAgain;
}

console.log(`${ITEMS} prompts, ${WORKERS} workers, ${KILLS} kills, seed ${SEED}`);
let isGood = true;
for (const fsync of ["everysec", "always"]) {
  console.log(`append-only file: ${fsync}`);
  isGood = (await runOnce(fsync)) && isGood;
}
console.log(isGood ? "passed" : "FAILED");
process.exit(isGood ? 0 : 1);
