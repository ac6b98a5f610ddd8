// Eight processes save, list, search and clean up in one store at once, and are killed at random. Afterwards every save
// that resolved must be there, readable, listed and found. Then a small disk fills up, and nothing may be harmed.
// Usage: node chaos/store.js [kills] [saves] [seed]
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { OutputManager } from "../packages/output/dist/index.js";
import { checkStore } from "../packages/output/tests/torture/check-store.js";
import { runTorture } from "../packages/output/tests/torture/run-torture.js";

const KILLS = Number(process.argv[2] ?? 150);
const SAVES = Number(process.argv[3] ?? 5000);
const SEED = Number(process.argv[4] ?? 1);
const SMALL_DISK_BYTES = 2 << 20;

const base = mkdtempSync(join(tmpdir(), "codo-chaos-store-"));
let failed = false;

try {
  await tortureStore(join(base, "store"));
  await fillSmallDisk(join(base, "disk"));
} finally {
  rmSync(base, { recursive: true, force: true });
}
process.exitCode = failed ? 1 : 0;

async function tortureStore(folder) {
  const startMs = performance.now();
  let lastKilled = 0;
  const { acknowledged, complaints, killed } = await runTorture({
    base: folder,
    processes: 8,
    kills: KILLS,
    saves: SAVES,
    seed: SEED,
    onProgress: (progress) => {
      if (progress.killed < lastKilled + 25) return;
      lastKilled = progress.killed;
      console.log(`${progress.killed} killed, ${progress.saves} saves`);
    },
  });
  const { problems, records } = await checkStore({ base: folder, acknowledged, searches: 1000 });
  const seconds = ((performance.now() - startMs) / 1000).toFixed(0);
  console.log(
    `${acknowledged.size} saves resolved in processes of which ${killed} were killed; ${records} records; ${seconds} s`,
  );
  report([...complaints, ...problems]);
}

/** Saves until a file system of 2 MB is full, on a real one where it can be mounted. */
async function fillSmallDisk(folder) {
  mkdirSync(folder);
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", `size=${SMALL_DISK_BYTES}`, "tmpfs", folder], { stdio: "pipe" });
  } catch {
    console.log("A small file system cannot be mounted here (that takes root on Linux): left out.");
    return;
  }
  const store = new OutputManager(folder);
  const another = new OutputManager(folder);
  try {
    const saved = [];
    let error;
    for (let i = 0; error === undefined && i < 10_000; i++) {
      await store.saveModelOutput("m", `prompt ${i}`, `word${i} common `.repeat(40)).then(
        (path) => saved.push(path),
        (reason) => {
          error = reason;
        },
      );
    }
    const problems = error?.code === "STORAGE_FAILED" ? [] : [`a full disk gave ${error?.code ?? "no error"}`];
    const listed = await another.listSavedOutputs({ limit: 10_000 });
    const paths = new Set(listed.items.map((item) => item.path));
    for (const path of saved)
      if (!paths.has(path)) problems.push(`${path}: saved before the disk was full, and not listed`);
    if (paths.size !== saved.length) problems.push(`${saved.length} saves resolved, and ${paths.size} are listed`);
    for (const path of saved.slice(0, 100)) await store.deleteOutput(path);
    const again = await another.saveModelOutput("m", "after", "there is room again");
    console.log(`The disk was full after ${saved.length} saves: ${error?.message}`);
    console.log(`With room again a save went to ${again.slice(folder.length)}`);
    report(problems);
  } finally {
    await store.close();
    await another.close();
    execFileSync("umount", [folder]);
  }
}

function report(problems) {
  for (const problem of problems.slice(0, 20)) console.log(`  WRONG ${problem}`);
  if (problems.length > 0) failed = true;
  console.log(problems.length === 0 ? "  nothing lost" : `  ${problems.length} problems`);
}
