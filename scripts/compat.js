// `pnpm compat [PACKAGE …]`: each package of the last release with the others of today, and each of today with the
// others of the last release, installed by npm from tarballs. Prints the matrix.
import { execFileSync, spawnSync } from "node:child_process";
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import ts from "typescript";
import { lastRelease, plannedReleases } from "./changeset-gate.js";
import { root } from "./packages.js";
import { buildClean } from "./release/build-clean.js";
import { packAll } from "./release/pack.js";

/** What a mix consists of; the queue needs a server of its own and is no part of it. */
const PARTS = ["contract", "node-kit", "core", "config", "output", "runner", "bench", "engine", "cli"];
const FIRST = ["core", "runner", "bench", "output", "engine", "cli"];
const named = (part) => `@codo/ollama-${part}`;
const scratch = mkdtempSync(join(tmpdir(), "codo-compat-"));
const run = (file, args, cwd) =>
  execFileSync(file, args, { cwd, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"], maxBuffer: 64 * 1024 * 1024 });

/** The tarballs of the last release, built once from its commit and kept. */
function releasedTarballs(commit) {
  const kept = join(root, "node_modules/.cache/codo-releases", commit);
  if (!existsSync(join(kept, "done"))) {
    const checkout = join(scratch, "released");
    run("git", ["worktree", "add", "--detach", checkout, commit], root);
    try {
      run("pnpm", ["install", "--frozen-lockfile", "--prefer-offline"], checkout);
      run(process.execPath, ["scripts/build.js", "build:js"], checkout);
      packAll(kept, checkout, PARTS);
      writeFileSync(join(kept, "done"), "");
    } finally {
      run("git", ["worktree", "remove", "--force", checkout], root);
    }
  }
  return tarballsIn(kept);
}

function tarballsIn(folder) {
  const files = readdirSync(folder).filter((file) => file.endsWith(".tgz"));
  return new Map(
    PARTS.map((part) => {
      const file = files.find((each) => each.startsWith(`codo-ollama-${part}-`));
      return [named(part), file === undefined ? undefined : join(folder, file)];
    }),
  );
}

/** Installs a mix and runs the exercise in it. @returns what it came to, in words */
function tryMix(label, tarballs) {
  const folder = join(scratch, label);
  mkdirSync(folder, { recursive: true });
  const dependencies = Object.fromEntries([...tarballs].map(([name, file]) => [name, `file:${file}`]));
  writeFileSync(
    join(folder, "package.json"),
    JSON.stringify({ name: "mix", private: true, type: "module", dependencies, overrides: dependencies }),
  );
  const install = spawnSync("npm", ["install", "--no-audit", "--no-fund", "--prefer-offline"], {
    cwd: folder,
    encoding: "utf8",
  });
  if (install.status !== 0) return { ok: false, words: `npm: ${firstError(install.stderr)}` };
  // The ranges of what was installed decide whether the mix may be; npm says where they do not agree.
  const ls = spawnSync("npm", ["ls", "--all"], { cwd: folder, encoding: "utf8" });
  if (ls.status !== 0) return { ok: false, words: `npm: ${firstError(ls.stderr)}` };
  copyFileSync(join(root, "scripts/compat/exercise.js"), join(folder, "exercise.js"));
  const server = readFileSync(join(root, "packages/runner/tests/model-server.fixture.ts"), "utf8");
  const { outputText } = ts.transpileModule(server, {
    compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022 },
  });
  writeFileSync(join(folder, "model-server.js"), outputText);
  const exercise = spawnSync(process.execPath, ["exercise.js"], { cwd: folder, encoding: "utf8" });
  rmSync(join(folder, "node_modules"), { recursive: true, force: true });
  return exercise.status === 0
    ? { ok: true, words: exercise.stdout.trim().split("\n").at(-1) }
    : { ok: false, words: exercise.stderr.trim().split("\n").slice(0, 12).join("\n") };
}

const firstError = (text) =>
  text.split("\n").find((line) => /^npm (error|ERR!) (invalid|code|notarget|missing)/.test(line)) ??
  text.trim().split("\n").slice(0, 6).join("\n");

const parts = process.argv.length > 2 ? process.argv.slice(2) : FIRST;
let failed = 0;
try {
  const commit = lastRelease();
  if (!commit) throw new Error("Nothing was released yet: no changelog names a version.");
  await buildClean("build:js");
  const old = releasedTarballs(commit);
  packAll(join(scratch, "today"), root, PARTS);
  const today = tarballsIn(join(scratch, "today"));
  const breaking = (plannedReleases(commit).releases ?? []).filter(
    ({ oldVersion, type }) => type === "major" || (type === "minor" && oldVersion.startsWith("0.")),
  );
  for (const { name, oldVersion, newVersion } of breaking)
    console.log(`${name} ${oldVersion} → ${newVersion}: outside the ranges of the last release once it is published`);
  const rows = [
    ["all of the last release", old],
    ["all of today", today],
  ];
  for (const part of parts) {
    rows.push([
      `${part} of the last release, the others of today`,
      new Map([...today, [named(part), old.get(named(part))]]),
    ]);
    rows.push([
      `${part} of today, the others of the last release`,
      new Map([...old, [named(part), today.get(named(part))]]),
    ]);
  }
  console.log(`last release: ${commit.slice(0, 9)}; Node ${process.versions.node}\n\n| mix | result |\n|---|---|`);
  for (const [index, [label, mix]] of rows.entries()) {
    const { ok, words } = tryMix(String(index), mix);
    failed += ok ? 0 : 1;
    console.log(`| ${label} | ${ok ? "ok: " : "FAILED: "}${words} |`);
  }
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
process.exitCode = failed === 0 ? 0 : 1;
