// Builds the packages with Turborepo and shows how far it is: `node scripts/build.js [TASK] [turbo's own arguments]`.
// TASK is `build` (JavaScript and declarations) or `build:js` (what a program needs to run).
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { stripVTControlCharacters } from "node:util";

const STILL_BUSY_MS = 10_000;

/**
 * Runs one task of Turborepo over the packages; the ones that are built already cost nothing and are not shown.
 * @returns turbo's exit status
 */
export async function build(task = "build", args = []) {
  const turbo = fileURLToPath(new URL("../node_modules/turbo/bin/turbo", import.meta.url));
  const env = { ...process.env, TURBO_TELEMETRY_DISABLED: "1", DO_NOT_TRACK: "1", TURBO_NO_UPDATE_NOTIFIER: "1" };
  const run = (logs, stdio) =>
    spawn(process.execPath, [turbo, "run", task, `--output-logs=${logs}`, ...args], { env, stdio });

  const started = performance.now();
  const seconds = () => `${((performance.now() - started) / 1000).toFixed(0)} s`;
  const child = run("hash-only", ["ignore", "pipe", "ignore"]);
  const closed = once(child, "close");
  let tasks = 0;
  let last = "";
  const busy = setInterval(() => last !== "" && console.log(`  still building ${last} (${seconds()})`), STILL_BUSY_MS);
  for await (const line of createInterface({ input: child.stdout })) {
    // `@codo/ollama-core:build:js: cache miss, executing 0123456789abcdef`
    const miss = /^(?:@codo\/)?(?:ollama-)?([\w-]+):build:(\w+): cache miss/.exec(stripVTControlCharacters(line));
    if (miss === null) continue;
    if (tasks === 0) console.log("Building (once; what has not changed is not built again):");
    tasks += 1;
    last = miss[2] === "types" ? `${miss[1]}'s declarations` : miss[1];
    console.log(`  ${last} (${seconds()})`);
  }
  clearInterval(busy);
  const [status] = await closed;
  if (status === 0) {
    if (tasks > 0) console.log(`Built in ${seconds()}.\n`);
    return 0;
  }
  // What failed was not shown; it is repeated, and only it, since the rest comes from the cache.
  const [again] = await once(run("errors-only", "inherit"), "close");
  return again ?? 1;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [task, ...args] = process.argv.slice(2);
  process.exitCode = await build(task, args);
}
