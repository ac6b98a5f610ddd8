// One measurement in a process of its own. Prints one line of JSON.
// Usage: node measure.js <contender> <folder> fill|save|newest|search|rebuild <from> <to>
import { mkdtempSync, rmSync } from "node:fs";
import { CONTENDERS } from "./contenders.js";
import { makeRecord, RARE_WORD } from "./records.js";

const [contender, folder, action, from, to] = process.argv.slice(2);
const records = (first, end) => Array.from({ length: end - first }, (_, i) => makeRecord(first + i));
const open = CONTENDERS[contender];
const WARM_UP = 300;

const actions = { fill, save, newest, search, rebuild };
const result = await actions[action](Number(from), Number(to));
console.log(JSON.stringify({ ...result, memoryMb: process.resourceUsage().maxRSS / 1000 }));

async function fill(first, end) {
  const store = await open(folder);
  for (let at = first; at < end; at += 10_000) {
    const some = records(at, Math.min(end, at + 10_000));
    if (store.fill !== undefined) store.fill(some);
    else for (const record of some) await store.save(record);
  }
  await store.close();
  return {};
}

/** Saves of a process that runs for a while already: the code is compiled, and other work gets its turn. */
async function save(first, end) {
  const scratch = mkdtempSync(`${folder}-warm-`);
  const warm = await open(scratch);
  for (const record of records(0, WARM_UP)) await warm.save(record);
  await warm.close();
  rmSync(scratch, { recursive: true, force: true });
  const store = await open(folder);
  await store.save(makeRecord(first));
  const times = [];
  for (const record of records(first + 1, end)) {
    await new Promise((resolve) => setImmediate(resolve));
    const startMs = performance.now();
    await store.save(record);
    times.push(performance.now() - startMs);
  }
  await store.close();
  times.sort((a, b) => a - b);
  return { p50Ms: times[times.length >> 1], p95Ms: times[Math.floor(times.length * 0.95)] };
}

async function newest() {
  const store = await open(folder);
  return timed(() => store.newest(20));
}

async function search() {
  const store = await open(folder);
  return timed(() => store.search(RARE_WORD));
}

async function rebuild() {
  const store = await open(folder);
  if (store.rebuild === undefined) return {};
  const result = await timed(() => store.rebuild());
  await store.close();
  return result;
}

/** The wall time of one operation after the modules are loaded, and the processor time, which others' work does not lengthen. */
async function timed(operation) {
  const cpu = process.cpuUsage();
  const startMs = performance.now();
  const answer = await operation();
  const wallMs = performance.now() - startMs;
  const { user, system } = process.cpuUsage(cpu);
  return { wallMs, cpuMs: (user + system) / 1000, answer };
}
