// The folders of one package import each other in one direction only (tests excepted). Pairs that still import each
// other are listed in folder-cycles.json, which may only shrink: a new pair fails, and so does one that is listed and
// gone. A package without a listed pair has no longer cycle either.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";

const IMPORT = /(?:\bfrom|\bimport\(?)\s*"(\.[^"]+)"/g;

const root = resolve(process.argv[2] ?? join(import.meta.dirname, ".."));
const baselineFile = join(root, "scripts", "folder-cycles.json");
const baseline = JSON.parse(readFileSync(baselineFile, "utf8"));
const faults = [];
let known = 0;

for (const name of readdirSync(join(root, "packages"))) {
  const sources = join(root, "packages", name, "src");
  if (!existsSync(sources)) continue;
  const arrows = arrowsOf(sources);
  const listed = new Set(baseline[name] ?? []);
  const pairs = mutualPairs(arrows);
  known += listed.size;
  for (const [pair, [there, back]] of pairs) {
    if (listed.has(pair)) continue;
    faults.push(`packages/${name}/src: two folders import each other, ${pair}:\n    ${there}\n    ${back}`);
  }
  for (const pair of listed) {
    if (!pairs.has(pair)) faults.push(`packages/${name}/src: ${pair} is no pair any more; take it off the list.`);
  }
  const cycle = pairs.size === 0 ? findCycle(arrows) : undefined;
  if (cycle !== undefined) faults.push(`packages/${name}/src: folders import each other in a circle, ${cycle}.`);
}

if (faults.length > 0) {
  console.error(faults.join("\n"));
  console.error("Move what both need to the folder below, or what one file needs beside that file.");
  process.exitCode = 1;
} else {
  console.log(`no folder cycles but the ${known} pairs listed in scripts/folder-cycles.json`);
}

/** The imports between folders: folder → folder → one import as an example. */
function arrowsOf(sources) {
  const arrows = new Map();
  for (const file of readdirSync(sources, { recursive: true, encoding: "utf8" })) {
    if (!/\.ts$/.test(file) || /\.test(-d)?\.ts$/.test(file)) continue;
    const from = dirname(file);
    for (const [, specifier] of readFileSync(join(sources, file), "utf8").matchAll(IMPORT)) {
      const target = relative(sources, resolve(sources, from, specifier));
      const to = dirname(target);
      if (to === from) continue;
      if (!arrows.has(from)) arrows.set(from, new Map());
      if (!arrows.get(from).has(to)) arrows.get(from).set(to, `${file} imports ${target}`);
    }
  }
  return arrows;
}

/** `a <> b`, in the order of the alphabet, with an import each way. */
function mutualPairs(arrows) {
  const pairs = new Map();
  for (const [from, targets] of arrows) {
    for (const [to, there] of targets) {
      const back = arrows.get(to)?.get(from);
      if (from < to && back !== undefined) pairs.set(`${from} <> ${to}`, [there, back]);
    }
  }
  return pairs;
}

/** A circle of folders as `a > b > c > a`, if there is one. */
function findCycle(arrows) {
  const done = new Set();
  const visit = (folder, path) => {
    if (path.includes(folder)) return [...path.slice(path.indexOf(folder)), folder].join(" > ");
    if (done.has(folder)) return undefined;
    for (const to of arrows.get(folder)?.keys() ?? []) {
      const cycle = visit(to, [...path, folder]);
      if (cycle !== undefined) return cycle;
    }
    done.add(folder);
    return undefined;
  };
  for (const folder of arrows.keys()) {
    const cycle = visit(folder, []);
    if (cycle !== undefined) return cycle;
  }
  return undefined;
}
