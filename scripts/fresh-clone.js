// The README's two commands as a stranger types them: a fresh clone, an empty home, no caches, none of the optional
// tools on the PATH, with the newest pnpm 10 and with the oldest that is supported. Prints what each run took.
//
//   node scripts/fresh-clone.js [--pnpm VERSION …] [--whole]      --whole runs every test and not only some
import { spawn, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const NEWEST = "10";
/** The first of the line: it does all that the set-up needs. */
const OLDEST = "10.0.0";
/** What a machine may lack; also what only some machines have of pnpm. */
const HIDDEN = new Set([
  "chromium",
  "chromium-browser",
  "google-chrome",
  "tmux",
  "zsh",
  "fish",
  "docker-registry",
  "llama-server",
  "llama-quantize",
  "pnpm",
  "pnpx",
  "ollama",
]);
/** Tests that need the tools, and a few that need none. */
const SOME_TESTS = ["completion-shells", "cli/tests/pull.test", "browser.test", "render-html", "packages/config/src"];
const FIRST_WORDS = "The sky is blue";

const { values } = parseArgs({
  options: { pnpm: { type: "string", multiple: true }, whole: { type: "boolean", default: false } },
});
const root = fileURLToPath(new URL("..", import.meta.url));

/** Everything on the PATH but what is hidden, in one folder. */
function makePath(folder) {
  mkdirSync(folder);
  for (const from of (process.env.PATH ?? "").split(delimiter)) {
    for (const name of listed(from)) {
      if (HIDDEN.has(name)) continue;
      try {
        symlinkSync(join(from, name), join(folder, name));
      } catch {
        // Folders that come first on the PATH win.
      }
    }
  }
  return folder;
}

function listed(folder) {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** How this machine reaches the registry: all that a new home keeps of the old one. */
function registrySettings() {
  const kept = {};
  for (const key of ["registry", "proxy", "https-proxy", "noproxy", "cafile"]) {
    const { stdout } = spawnSync("npm", ["config", "get", key], { encoding: "utf8", cwd: tmpdir() });
    const value = stdout.trim();
    if (value !== "" && value !== "null" && value !== "undefined")
      kept[`npm_config_${key.replaceAll("-", "_")}`] = value;
  }
  return kept;
}

/** Runs a command and follows what it prints: how long it took, the longest silence, when `words` first came. */
async function follow(command, { cwd, env, words }) {
  const started = performance.now();
  let last = started;
  let longestSilenceMs = 0;
  let silentAfter = "";
  let wordsAtMs;
  let output = "";
  const child = spawn(command[0], command.slice(1), { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
  const hear = (data) => {
    const now = performance.now();
    if (now - last > longestSilenceMs) {
      longestSilenceMs = now - last;
      silentAfter = output.trimEnd().split("\n").at(-1) ?? "";
    }
    last = now;
    output += data;
    if (words !== undefined && wordsAtMs === undefined && output.includes(words)) wordsAtMs = now - started;
  };
  child.stdout.on("data", hear);
  child.stderr.on("data", hear);
  const status = await new Promise((resolve) => child.on("close", resolve));
  return { status, output, tookMs: performance.now() - started, longestSilenceMs, silentAfter, wordsAtMs };
}

const seconds = (ms) => (ms === undefined ? "never" : `${(ms / 1000).toFixed(1)} s`);

/** The commands with one version of pnpm, in a clone and a home of their own. Gives what is wrong. */
async function tryVersion(version, shared, { withTests }) {
  const scratch = mkdtempSync(join(tmpdir(), "codo-fresh-"));
  try {
    const clone = join(scratch, "codo");
    const cloned = spawnSync("git", ["clone", "--quiet", root, clone], { stdio: "inherit" });
    if (cloned.status !== 0) return [`pnpm ${version}: the clone failed`];
    for (const folder of ["home", "tmp"]) mkdirSync(join(scratch, folder));
    const env = { ...shared, HOME: join(scratch, "home"), TMPDIR: join(scratch, "tmp"), CI: "true" };
    const wrong = [];
    const check = (isRight, what, { output }) => {
      if (isRight) return;
      wrong.push(`pnpm ${version}: ${what}`);
      console.log(output.split("\n").slice(-60).join("\n"));
    };

    const demo = await follow(["npx", "-y", `pnpm@${version}`, "demo"], { cwd: clone, env, words: FIRST_WORDS });
    console.log(
      `pnpm ${version} demo: exit ${demo.status} in ${seconds(demo.tookMs)}, first words after ${seconds(demo.wordsAtMs)}, longest silence ${seconds(demo.longestSilenceMs)} (after "${demo.silentAfter}")`,
    );
    check(demo.status === 0 && demo.wordsAtMs !== undefined, "the demo failed", demo);

    if (!withTests) return wrong;
    const files = values.whole ? [] : SOME_TESTS;
    const test = await follow(["npx", "-y", `pnpm@${version}`, "test", ...files], { cwd: clone, env });
    const untested = /^Not tested: .*$/m.exec(test.output)?.[0];
    console.log(
      `pnpm ${version} test: exit ${test.status} in ${seconds(test.tookMs)}, longest silence ${seconds(test.longestSilenceMs)} (after "${test.silentAfter}"); ${untested ?? "nothing about what was not tested"}`,
    );
    check(test.status === 0, "the tests failed", test);
    check(untested !== undefined, "the tests do not say what was not tested", test);
    return wrong;
  } finally {
    rmSync(scratch, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }
}

const tools = mkdtempSync(join(tmpdir(), "codo-path-"));
const shared = { PATH: makePath(join(tools, "bin")), LANG: "C.UTF-8", ...registrySettings() };
const wrong = [];
try {
  const versions = values.pnpm ?? [NEWEST, OLDEST];
  for (const [index, version] of versions.entries()) {
    // What an older pnpm may do differently is the set-up: the demo shows it, and tests would only take time.
    const withTests = index === 0 || values.whole;
    wrong.push(...(await tryVersion(version, shared, { withTests })));
  }
} finally {
  rmSync(tools, { recursive: true, force: true });
}
for (const line of wrong) console.log(line);
process.exitCode = wrong.length === 0 ? 0 : 1;
