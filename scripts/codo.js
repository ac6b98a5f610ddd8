// `pnpm codo …` from a clone, from any folder: `npx -y pnpm@10 --dir <clone> codo …`. Paths are the caller's.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { build } from "./build.js";
import { root } from "./packages.js";

const { INIT_CWD } = process.env;
const executable = join(root, "packages/cli/bin/codo.js");
if (!existsSync(join(root, "packages/cli/dist/codo.cjs"))) {
  // What is printed belongs to codo: where it is piped somewhere, words about building would be in it.
  console.log = console.error;
  process.exitCode = await build("build:js");
}
if (!process.exitCode) {
  const { status, signal } = spawnSync(process.execPath, [executable, ...process.argv.slice(2)], {
    // pnpm runs scripts in the clone, and says here where it was called.
    cwd: INIT_CWD ?? process.cwd(),
    stdio: "inherit",
  });
  process.exitCode = signal === null ? (status ?? 1) : 130;
}
