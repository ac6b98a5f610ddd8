// What saving, listing and searching cost at 100 to 100 000 records, beside one lowdb file, plain files without an index,
// and SQLite with WAL and FTS5. Each figure comes from a process of its own; cold means that the process has just begun.
// Usage: node bench/store.js [largest number of records] [contender …]
// CODO_BENCH_DIR says where the stores are made (default: the temporary folder). Others' work on the same disk shows in
// the figures; a folder in memory shows what the stores themselves cost.
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const LARGEST = Number(process.argv[2] ?? 100_000);
const CONTENDERS =
  process.argv.length > 3 ? process.argv.slice(3) : ["codo", "one lowdb file", "plain files", "sqlite"];
const SIZES = [100, 1000, 10_000, 100_000].filter((size) => size <= LARGEST);
const SAVES = 300;
const COLD_RUNS = 5;
const LIMITS = { saveMs: 0.6, saveGrowth: 1.5, newestMs: 20, searchMs: 1000, rebuildMs: 30_000 };
const MEASURE = fileURLToPath(new URL("store/measure.js", import.meta.url));

const sqliteNode = findSqliteNode();
const base = mkdtempSync(join(process.env.CODO_BENCH_DIR ?? tmpdir(), "codo-bench-store-"));
const measured = {};
console.log("store            records   save p50   p95 ms    MB   newest 20 ms (cpu)    MB   search ms (cpu)    MB");
try {
  for (const contender of CONTENDERS) measureContender(contender);
  judge(measured.codo ?? {});
} finally {
  rmSync(base, { recursive: true, force: true });
}

function measureContender(contender) {
  const node = contender === "sqlite" ? sqliteNode : process.execPath;
  if (node === undefined) {
    console.log("sqlite           left out: this Node has no node:sqlite, and no other could be had");
    return;
  }
  const folder = join(base, contender.replaceAll(" ", "-"));
  const run = (action, from = 0, to = 0) => measure(node, [contender, folder, action, String(from), String(to)]);
  let filled = 0;
  measured[contender] = {};
  for (const size of SIZES) {
    run("fill", filled, size);
    // A save into one large lowdb file takes seconds: a few tell enough.
    const saves = contender === "one lowdb file" && size > 1000 ? 12 : SAVES;
    const save = run("save", size, size + saves);
    filled = size + saves;
    const figures = { save, newest: median(() => run("newest")), search: median(() => run("search")) };
    measured[contender][size] = figures;
    print(contender, size, figures);
  }
  const rebuild = run("rebuild");
  if (rebuild.wallMs === undefined) return;
  measured[contender].rebuild = rebuild;
  const seconds = (rebuild.wallMs / 1000).toFixed(1);
  console.log(`${contender}: index rebuilt from ${filled} records in ${seconds} s, ${rebuild.memoryMb.toFixed(0)} MB`);
}

function measure(node, args) {
  const { status, stdout, stderr } = spawnSync(node, ["--no-warnings", MEASURE, ...args], { encoding: "utf8" });
  if (status !== 0) throw new Error(`${args.join(" ")} failed: ${stderr}`);
  return JSON.parse(stdout.trim().split("\n").at(-1));
}

function median(run) {
  const runs = Array.from({ length: COLD_RUNS }, run).sort((a, b) => a.wallMs - b.wallMs);
  return runs[COLD_RUNS >> 1];
}

function print(contender, size, { save, newest, search }) {
  const cell = (value, width, digits) => value.toFixed(digits).padStart(width);
  const cold = ({ wallMs, cpuMs, memoryMb }) => `${cell(wallMs, 9, 1)} (${cell(cpuMs, 7, 1)}) ${cell(memoryMb, 7, 0)}`;
  const saved = `${cell(save.p50Ms, 9, 3)} ${cell(save.p95Ms, 9, 3)} ${cell(save.memoryMb, 6, 0)}`;
  console.log(`${contender.padEnd(15)} ${String(size).padStart(8)} ${saved}   ${cold(newest)} ${cold(search)}`);
}

/** Compares the figures at the largest size with what the store promises. */
function judge(codo) {
  const [smallest, largest] = [codo[SIZES[0]], codo[SIZES.at(-1)]];
  if (smallest === undefined || largest === undefined) return;
  const growth = largest.save.p50Ms / smallest.save.p50Ms;
  const checks = [
    ["save p50", largest.save.p50Ms, LIMITS.saveMs],
    ["save p50, as a multiple of that at 100", growth, LIMITS.saveGrowth],
    ["newest 20, cold, ms", largest.newest.wallMs, LIMITS.newestMs],
    ["search, cold, ms", largest.search.wallMs, LIMITS.searchMs],
    ["rebuild, ms", codo.rebuild.wallMs, LIMITS.rebuildMs],
  ];
  for (const [name, value, limit] of checks) {
    const verdict = value <= limit ? "ok" : "MISSED";
    console.log(`${verdict.padEnd(7)} ${name}: ${value.toFixed(2)}, limit ${limit}`);
    if (value > limit) process.exitCode = 1;
  }
}

/** A Node that has node:sqlite: this one, or a newer one from the package registry. */
function findSqliteNode() {
  const [major = 0] = process.versions.node.split(".").map(Number);
  if (major >= 22) return process.execPath;
  try {
    const found = execFileSync("npx", ["-y", "node@22", "-p", "process.execPath"], { encoding: "utf8", stdio: "pipe" });
    return found.trim().split("\n").at(-1);
  } catch {
    return undefined;
  }
}
