// `pnpm release:command`: `codo` as a stranger gets it by `npm install -g`, from packed tarballs in an empty prefix with
// an empty home, with and without the engine, on every Node that is supported. Prints what each takes on disk.
import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { root } from "../packages.js";
import { diskUsage } from "./alone.js";
import { buildClean } from "./build-clean.js";
import { packAll } from "./pack.js";

const NODES = ["20", "22", "24", "26"];
const MB = 1_000_000;
const QUESTION = "What is the capital of France?";
const SERVER_UNAVAILABLE = 6;
const folder = mkdtempSync(join(tmpdir(), "codo-command-"));
const wrong = [];

/** Installs globally into an empty prefix; every own package is given as a tarball, and npm adds the rest. */
function install(label, tarballs, npmArguments = []) {
  const prefix = join(folder, label);
  mkdirSync(prefix);
  execFileSync(
    "npm",
    ["install", "--global", "--prefix", prefix, "--no-audit", "--no-fund", ...npmArguments, ...tarballs],
    {
      cwd: folder,
      stdio: ["ignore", "pipe", "pipe"],
    },
  );
  return prefix;
}

function codo(node, prefix, args) {
  const home = mkdtempSync(join(folder, "home-"));
  const env = {
    ...process.env,
    CODO_HOME: "",
    HOME: home,
    XDG_CACHE_HOME: "",
    XDG_CONFIG_HOME: "",
    OLLAMA_MODELS: join(home, "models"),
    OLLAMA_HOST: "",
  };
  for (const key of ["CODO_HOME", "XDG_CACHE_HOME", "XDG_CONFIG_HOME", "OLLAMA_HOST"]) delete env[key];
  return spawnSync(node, [join(prefix, "bin/codo"), ...args], { cwd: home, env, encoding: "utf8" });
}

/** The program of a Node version, as npm has it. */
const nodeProgram = (version) =>
  execFileSync("npx", ["-y", `node@${version}`, "-p", "process.execPath"], {
    cwd: folder,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
  }).trim();

try {
  await buildClean("build:js");
  const packed = packAll(join(folder, "tarballs"), root);
  const files = [...packed.values()].map(({ file }) => file);
  const withEngine = install("with-engine", files);
  const without = install(
    "without-engine",
    files.filter((file) => !file.includes("codo-ollama-engine-")),
    ["--omit=optional"],
  );
  console.log(
    `with the engine ${(diskUsage(withEngine) / MB).toFixed(0)} MB, without it ${(diskUsage(without) / MB).toFixed(0)} MB`,
  );
  const { version } = packed.get("@codo/ollama-cli").manifest;
  for (const asked of NODES) {
    const node = nodeProgram(asked);
    const name = execFileSync(node, ["--version"], { encoding: "utf8" }).trim();
    const check = (what, isRight, run) => {
      console.log(`${isRight ? "ok    " : "FAILED"} Node ${name}: ${what}`);
      if (!isRight) wrong.push(`${what} on ${name}: exit ${run.status}\n${run.stdout}${run.stderr}`);
    };
    const said = codo(node, withEngine, ["--version"]);
    check("codo --version", said.stdout === `codo ${version}\n`, said);
    const answer = codo(node, withEngine, ["run", QUESTION]);
    check("with the engine it answers", answer.status === 0 && answer.stdout.includes("Paris"), answer);
    const refused = codo(node, without, ["run", QUESTION]);
    check(
      "without engine and server it says what to do",
      refused.status === SERVER_UNAVAILABLE && refused.stderr.includes("ollama"),
      refused,
    );
    const listed = codo(node, without, ["outputs", "list"]);
    check("without the engine all else works", listed.status === 0, listed);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
for (const line of wrong) console.log(line);
process.exitCode = wrong.length === 0 ? 0 : 1;
