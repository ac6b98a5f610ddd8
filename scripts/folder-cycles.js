// The folders of one package import each other in one direction only (tests excepted): what is below does not know
// what is above, so that a folder can be read, and moved to a package of its own, without what builds on it.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";

const IMPORT = /(?:\bfrom|\bimport\(?)\s*"(\.[^"]+)"/g;

const root = resolve(process.argv[2] ?? join(import.meta.dirname, ".."));
const faults = [];

for (const name of readdirSync(join(root, "packages"))) {
  const sources = join(root, "packages", name, "src");
  if (!existsSync(sources)) continue;
  const cycle = findCycle(arrowsOf(sources));
  if (cycle !== undefined) faults.push(`packages/${name}/src: folders import each other in a circle:\n${cycle}`);
}

if (faults.length > 0) {
  console.error(faults.join("\n"));
  console.error("Move what both need to the folder below, or what one file needs beside that file.");
  process.exitCode = 1;
} else {
  console.log("no folder cycles");
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

/** A circle of folders, an import for each arrow of it, if there is one. */
function findCycle(arrows) {
  const done = new Set();
  const visit = (folder, path) => {
    if (path.includes(folder)) {
      const circle = [...path.slice(path.indexOf(folder)), folder];
      return circle
        .slice(1)
        .map((to, index) => `    ${arrows.get(circle[index]).get(to)}`)
        .join("\n");
    }
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
