// One mix of versions: npm installs it in an empty folder, and the exercise runs there.
import { execFile } from "node:child_process";
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { root } from "../packages.js";

/**
 * @param versions - a map from names to versions
 * @param services - the `registry` to install from, and the `redis` for the queue's part, if there is one
 * @returns `{ ok, words }`: what it came to
 */
export async function tryMix(folder, versions, { registry, redis }) {
  mkdirSync(folder, { recursive: true });
  const write = (name, text) => writeFileSync(join(folder, name), text);
  write(".npmrc", `@codo:registry=${registry}\n`);
  const dependencies = Object.fromEntries(versions);
  write("package.json", JSON.stringify({ name: "mix", private: true, type: "module", dependencies }));
  const run = (file, ...args) =>
    new Promise((resolve) => {
      execFile(file, args, { cwd: folder, env: withoutPnpm(), maxBuffer: 64 * 1024 * 1024 }, (error, stdout, stderr) =>
        resolve({ ok: error === null, stdout, stderr }),
      );
    });
  try {
    const install = await run("npm", "install", "--no-audit", "--no-fund", "--prefer-offline");
    if (!install.ok) return { ok: false, words: `npm install: ${wordsOfNpm(install.stderr)}` };
    const list = await run("npm", "ls", "--all", "--json");
    if (!list.ok) return { ok: false, words: `npm ls: ${wordsOfNpm(list.stderr)}` };
    for (const file of ["exercise.js", "exercise-services.js"])
      copyFileSync(join(import.meta.dirname, file), join(folder, file));
    write(
      "model-server.js",
      javascript(readFileSync(join(root, "packages/runner/tests/model-server.fixture.ts"), "utf8")),
    );
    const exercise = await run(process.execPath, "exercise.js", ...(redis === undefined ? [] : [redis]));
    if (!exercise.ok) return { ok: false, words: exercise.stderr.trim().split("\n").slice(0, 12).join("\n") };
    const twice = [...versionsIn(JSON.parse(list.stdout))].filter(([, each]) => each.size > 1);
    const copies = twice.map(([name, each]) => `${name} ${[...each].sort().join(" and ")}`);
    const words = exercise.stdout.trim().split("\n").at(-1);
    return { ok: true, words: copies.length === 0 ? words : `${words}, with ${copies.join(", ")}` };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** pnpm hands its own settings down in the environment, and npm warns of each. */
const withoutPnpm = () => Object.fromEntries(Object.entries(process.env).filter(([key]) => !/^p?npm_/i.test(key)));

const wordsOfNpm = (text) =>
  text
    .split("\n")
    .filter((line) => /^npm error (code|notarget|invalid|missing)/.test(line))
    .slice(0, 2)
    .map((line) => line.replace(/^npm error /, ""))
    .join(": ") || text.trim().split("\n").slice(0, 6).join("\n");

const javascript = (text) =>
  ts.transpileModule(text, {
    compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022 },
  }).outputText;

/** Of our own packages, the versions that were installed. */
function versionsIn({ dependencies }, found = new Map()) {
  for (const [name, entry] of Object.entries(dependencies ?? {})) {
    if (name.startsWith("@codo/") && entry.version !== undefined)
      found.set(name, (found.get(name) ?? new Set()).add(entry.version));
    versionsIn(entry, found);
  }
  return found;
}
