// `pnpm release:command`: `codo` as a stranger gets it by `npm install -g` and by `npx`, from the packed tarballs of a
// registry on loopback, in an empty prefix with an empty home, with and without the engine, on every Node that is
// supported. Prints what each takes on disk.
import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { startRegistry } from "../compat/registry.js";
import { manifestIn } from "../compat/tarballs.js";
import { root } from "../packages.js";
import { diskUsage } from "./alone.js";
import { buildClean } from "./build-clean.js";
import { nodeProgram } from "./node-program.js";
import { packAll } from "./pack.js";

const NODES = ["20", "22", "24", "26"];
const CLI = "@codo/ollama-cli";
const MB = 1_000_000;
const QUESTION = "What is the capital of France?";
const SERVER_UNAVAILABLE = 6;
const folder = mkdtempSync(join(tmpdir(), "codo-command-"));
const wrong = [];

/** The surroundings of somebody who has nothing of this yet. */
function emptyHome(node, more = {}) {
  const home = mkdtempSync(join(folder, "home-"));
  const own = Object.entries(process.env).filter(([key]) => !/^(p?npm_|codo_|ollama_|xdg_)/i.test(key));
  const env = { ...Object.fromEntries(own), HOME: home, OLLAMA_MODELS: join(home, "models"), ...more };
  return { cwd: home, env: { ...env, PATH: `${dirname(node)}:${process.env.PATH}` } };
}

/** Not synchronously: npm asks the registry, which answers from this process. */
const run = (file, args, around) =>
  new Promise((resolve) => {
    execFile(file, args, around, (error, stdout, stderr) =>
      resolve({ status: error?.code ?? 0, stdout, stderr }),
    ).stdin.end();
  });

/** @returns the folder of the command */
async function install(label, registry, kind) {
  const prefix = join(folder, label);
  mkdirSync(prefix);
  const args = ["install", "--prefix", prefix, "--no-audit", "--no-fund", "--prefer-offline", ...kind];
  // The home of the caller has what npm keeps of other packages.
  const around = emptyHome(process.execPath, { HOME: homedir() });
  const done = await run("npm", [...args, `--@codo:registry=${registry.url}`, CLI], around);
  if (done.status !== 0) throw new Error(`npm ${args.join(" ")}:\n${done.stderr}`);
  return { prefix, bin: join(prefix, kind.includes("--global") ? "bin" : "node_modules/.bin") };
}

try {
  await buildClean("build:js");
  const packed = packAll(join(folder, "tarballs"), root);
  const registry = await startRegistry([...packed.values()].map(({ file }) => ({ manifest: manifestIn(file), file })));
  const withEngine = await install("with-engine", registry, ["--global"]);
  // npm leaves nothing out of what it installs globally.
  const without = await install("without-engine", registry, ["--omit=optional"]);
  const sizes = [withEngine, without].map(({ prefix }) => (diskUsage(prefix) / MB).toFixed(0));
  console.log(`with the engine ${sizes[0]} MB, without it ${sizes[1]} MB`);
  const { version } = packed.get(CLI).manifest;
  const cache = join(folder, "npx-cache");
  for (const asked of NODES) {
    const node = nodeProgram(asked);
    const codo = ({ bin }, ...args) => run(node, [join(bin, "codo"), ...args], emptyHome(node));
    const npx = (...args) =>
      run(
        "npx",
        ["--yes", `--@codo:registry=${registry.url}`, CLI, ...args],
        emptyHome(node, { npm_config_cache: cache }),
      );
    const name = (await run(node, ["--version"])).stdout.trim();
    const check = (what, isRight, { status, stdout, stderr }) => {
      console.log(`${isRight ? "ok    " : "FAILED"} Node ${name}: ${what}`);
      if (!isRight) wrong.push(`${what} on ${name}: exit ${status}\n${stdout}${stderr}`);
    };
    const said = await codo(withEngine, "--version");
    check("codo --version", said.stdout === `codo ${version}\n`, said);
    const answer = await codo(withEngine, "run", QUESTION);
    check("with the engine it answers", answer.status === 0 && answer.stdout.includes("Paris"), answer);
    const once = await npx("run", QUESTION);
    check("npx @codo/ollama-cli answers", once.status === 0 && once.stdout.includes("Paris"), once);
    const refused = await codo(without, "run", QUESTION);
    check(
      "without engine and server it says what to do",
      refused.status === SERVER_UNAVAILABLE && refused.stderr.includes("ollama"),
      refused,
    );
    const listed = await codo(without, "outputs", "list");
    check("without the engine all else works", listed.status === 0, listed);
  }
  registry.close();
} finally {
  rmSync(folder, { recursive: true, force: true });
}
for (const line of wrong) console.log(line);
process.exitCode = wrong.length === 0 ? 0 : 1;
