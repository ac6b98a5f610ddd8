// Kills a batch of 500 with SIGKILL at 20 random moments and resumes it each time: at the end there are 500 results,
// none twice and none lost, and no finished item was asked for again.
// Usage: node chaos/batch.js [items] [kills] [seed]
import { spawn } from "node:child_process";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { startSlowServer } from "../bench/batch/start-server.js";
import { seededRandom } from "./seeded-random.js";

const ITEMS = Number(process.argv[2] ?? 500);
const KILLS = Number(process.argv[3] ?? 20);
const SEED = Number(process.argv[4] ?? 1);
const CONCURRENCY = 8;
const SERVICE_MS = 10;
const SCRIPT = fileURLToPath(new URL("../bench/batch/journaled-batch.js", import.meta.url));

const random = seededRandom(SEED);

function start(url, journal) {
  const child = spawn(process.execPath, [SCRIPT, url, journal, String(ITEMS)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let output = "";
  child.stdout.on("data", (chunk) => {
    output += chunk;
  });
  const started = new Promise((resolve) => child.stdout.once("data", resolve));
  const ended = new Promise((resolve) => child.once("close", (code, signal) => resolve({ code, signal, output })));
  return { child, started, ended };
}

/** The lines of a journal that are whole; a kill may have torn the last one. */
async function linesOf(journal) {
  const text = await readFile(journal, "utf8").catch(() => "");
  return text
    .split("\n")
    .slice(0, -1)
    .map((line) => JSON.parse(line));
}

async function killOnce(url, journal, share) {
  const before = (await linesOf(journal)).length;
  const batch = start(url, journal);
  await batch.started;
  // The moments are spread over the life of the batch: it is killed when it has come a random way further.
  const target = before + Math.floor(random() * share);
  const deadline = performance.now() + 30_000;
  while ((await linesOf(journal)).length < target && performance.now() < deadline) await delay(random() * 8);
  await delay(random() * SERVICE_MS);
  batch.child.kill("SIGKILL");
  const { signal } = await batch.ended;
  return { after: (await linesOf(journal)).length, wasKilled: signal === "SIGKILL" };
}

function assert(what, isTrue) {
  console.log(`${isTrue ? "ok    " : "FAILED"} ${what}`);
  if (!isTrue) process.exitCode = 1;
}

const folder = await mkdtemp(join(tmpdir(), "codo-chaos-batch-"));
const journal = join(folder, "batch.jsonl");
const server = await startSlowServer(4, SERVICE_MS);
try {
  let kills = 0;
  const share = (2 * (ITEMS - 20)) / KILLS / 1.8;
  for (let round = 0; round < KILLS; round++) {
    const { after, wasKilled } = await killOnce(server.url, journal, share);
    if (wasKilled) kills++;
    process.stdout.write(`${after} `);
  }
  console.log(`of ${ITEMS} finished after each of ${kills} kills`);
  const { code, output } = await start(server.url, journal).ended;
  const summary = JSON.parse(output.trim().split("\n").at(-1) ?? "{}");
  const lines = await linesOf(journal);
  const keys = new Set(lines.map((line) => line.key));
  assert("the last run ended by itself", code === 0);
  assert(`${KILLS} kills hit a running batch`, kills === KILLS);
  assert(
    `${ITEMS} results, each the right one (${summary.right})`,
    summary.results === ITEMS && summary.right === ITEMS,
  );
  assert(`none lost: ${keys.size} keys in the journal`, keys.size === ITEMS);
  assert(`none twice: ${lines.length} lines in the journal`, lines.length === ITEMS);
  assert("every line is whole, and the last one ends", (await readFile(journal, "utf8")).endsWith("}\n"));
  assert("no lock is left behind", (await readdir(folder)).length === 1);
  const again = await start(server.url, journal).ended;
  assert("a further run changes nothing", again.code === 0 && (await linesOf(journal)).length === ITEMS);
  console.log(`concurrency ${CONCURRENCY}, seed ${SEED}`);
} finally {
  await server.stop();
  await rm(folder, { recursive: true, force: true });
}
