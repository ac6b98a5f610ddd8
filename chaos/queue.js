// Runs a batch of 5 000 over 8 workers while workers, the submitter, the collector and Redis itself are killed with
// SIGKILL at 32 random moments, once with an append-only file that is written every second and once with one that is
// written at each command. At the end there are 5 000 results in the journal, none twice and none lost, and no prompt was
// asked again but those that ran at a kill (with a file written every second also those of the second before Redis's).
// Each host has an address of its own in a network namespace, where the machine allows it.
// Usage: node chaos/queue.js [items] [kills] [seed] [--verbose]
import { spawn } from "node:child_process";
import { mkdtemp, readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { AskedAgain } from "../bench/queue/asked-again.js";
import { endWithProcess, removeWithProcess } from "../bench/queue/end-with-process.js";
import { RedisProcess } from "../bench/queue/redis-process.js";
import { startHosts } from "./queue/host-networks.js";
import { seededRandom } from "./seeded-random.js";

const ITEMS = Number(process.argv[2] ?? 5_000);
const KILLS = Number(process.argv[3] ?? 32);
const SEED = Number(process.argv[4] ?? Date.now() % 100_000);
const IS_VERBOSE = process.argv.includes("--verbose");
const WORKERS = 8;
const SERVICE_MS = 250;
/** Longer than a machine with a lot to do keeps a process waiting. */
const LOCK_MS = 15_000;
/** What was killed is started again after so long. */
const RESTART_MS = 200;
const LONGEST_MS = 1_200_000;
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

  /** Runs it once more, if it was done. */
  runAgain() {
    if (!this.isDone) return;
    this.isDone = false;
    this.#start();
  }

  close() {
    this.#isClosing = true;
    this.kill();
  }

  #start() {
    const stdio = ["ignore", "ignore", "pipe"];
    this.#child = endWithProcess(spawn(process.execPath, [PART, ...this.#args], { stdio }));
    let said = "";
    this.#child.stderr.on("data", (chunk) => {
      said += chunk;
    });
    this.#child.once("close", (code) => {
      if (code === 0) this.isDone = true;
      else if (!this.#isClosing) setTimeout(() => this.#start(), RESTART_MS);
      if (IS_VERBOSE && said !== "") process.stderr.write(said);
    });
  }
}

/** What is in a journal: how often each item, and how many answers are not its own. */
async function countItems(journal) {
  const text = await readFile(journal, "utf8").catch(() => "");
  const counts = new Map();
  let wrong = 0;
  for (const line of text.split("\n").slice(0, -1)) {
    const { key, result } = JSON.parse(line);
    // A key is the item's id and a hash of all that makes its answer.
    const id = key.slice(0, key.lastIndexOf("#"));
    counts.set(id, (counts.get(id) ?? 0) + 1);
    if (!result.success || result.response !== `prompt ${id}`) wrong++;
  }
  const missing = Array.from({ length: ITEMS }, (_, at) => String(at)).filter((id) => !counts.has(id));
  return {
    results: counts.size,
    twice: [...counts.values()].filter((count) => count > 1).length,
    lost: missing.length,
    wrong,
  };
}

/** The processes of a fleet, of which any can be killed. */
class Fleet {
  kills = { worker: 0, submitter: 0, collector: 0, redis: 0 };
  #redis;
  #asked;
  #workers;
  #submitter;
  #collector;

  constructor({ redis, asked, hostUrls, journal }) {
    this.#redis = redis;
    this.#asked = asked;
    this.#workers = hostUrls.map((url) => new Part("worker", redis.url, url, String(LOCK_MS)));
    this.#submitter = new Part("submitter", redis.url, String(ITEMS));
    this.#collector = new Part("collector", redis.url, journal);
  }

  get killCount() {
    return Object.values(this.kills).reduce((sum, count) => sum + count, 0);
  }

  get isDone() {
    return this.#collector.isDone;
  }

  async killOne() {
    const what = random();
    if (what < 0.5) {
      const at = Math.floor(random() * WORKERS);
      this.#workers[at].kill();
      const atMs = Date.now();
      this.#asked.killed({ worker: at, atMs, untilMs: atMs + RESTART_MS });
      this.kills.worker++;
    } else if (what < 0.65 && !this.#submitter.isDone) {
      this.#submitter.kill();
      this.kills.submitter++;
    } else if (what < 0.8) {
      this.#collector.kill();
      this.kills.collector++;
    } else {
      const atMs = Date.now();
      await this.#redis.kill();
      this.kills.redis++;
      await delay(random() * 500);
      this.#asked.killed({ atMs, untilMs: Date.now() });
      await this.#redis.start();
      // The last second may be gone, a submitter's that has ended included: the file is submitted again, as the docs say.
      this.#submitter.runAgain();
    }
  }

  close() {
    for (const part of [...this.#workers, this.#submitter, this.#collector]) part.close();
  }
}

async function runOnce(fsync) {
  const folder = await mkdtemp(join(tmpdir(), "codo-chaos-queue-"));
  removeWithProcess(folder);
  const journal = join(folder, "journal.jsonl");
  const redis = new RedisProcess(folder, ["--appendonly", "yes", "--appendfsync", fsync]);
  await redis.start();
  const asked = new AskedAgain(fsync);
  await asked.watch(redis.url, "m%3Alatest", "codo");
  const hosts = await startHosts(WORKERS, SERVICE_MS, (...ask) => asked.asked(...ask));
  console.log(`append-only file: ${fsync}; hosts: ${hosts.where}`);
  const fleet = new Fleet({ redis, asked, hostUrls: hosts.urls, journal });
  const startedAtMs = performance.now();
  const seconds = () => Math.round((performance.now() - startedAtMs) / 1000);
  try {
    for (let reported = 0; !fleet.isDone && performance.now() - startedAtMs < LONGEST_MS; ) {
      // The kills are spread over the whole of the batch.
      if (fleet.killCount < KILLS && asked.askedCount > (ITEMS * fleet.killCount) / KILLS) {
        await delay(random() * 400);
        await fleet.killOne();
      }
      if (asked.askedCount >= reported + ITEMS / 5) {
        reported = asked.askedCount;
        console.log(`  ${reported} of ${ITEMS} asked, ${fleet.killCount} kills, ${seconds()} s`);
      }
      await delay(50);
    }
    const items = await countItems(journal);
    const { unexplained, ...again } = asked.count();
    console.log(
      JSON.stringify({
        fsync,
        seconds: seconds(),
        kills: fleet.kills,
        ...items,
        ...again,
        unexplained: unexplained.length,
      }),
    );
    if (IS_VERBOSE) for (const each of unexplained) console.log(JSON.stringify(each));
    const { results, twice, lost, wrong } = items;
    return results === ITEMS && twice + lost + wrong + unexplained.length === 0 && fleet.killCount >= KILLS;
  } finally {
    fleet.close();
    hosts.close();
    await asked.close();
    await redis.kill();
  }
}

console.log(`${ITEMS} prompts, ${WORKERS} workers, ${KILLS} kills, seed ${SEED}`);
let isGood = true;
for (const fsync of ["everysec", "always"]) isGood = (await runOnce(fsync)) && isGood;
console.log(isGood ? "passed" : "FAILED");
process.exit(isGood ? 0 : 1);
