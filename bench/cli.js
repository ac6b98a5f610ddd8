// What `codo` costs at the prompt, beside a bare `node -e 0`: medians of alternating runs, so that a busy moment hits all
// alike. The Go `ollama` is measured too where it is installed. Usage: pnpm bench:cli [--runs N] [--json]
import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync } from "node:fs";
import nodeModule from "node:module";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";

const { values } = parseArgs({ options: { runs: { type: "string", default: "61" }, json: { type: "boolean" } } });
const runs = Number(values.runs);
const codo = resolve(import.meta.dirname, "../packages/cli/bin/codo.js");
const engineBin = resolve(import.meta.dirname, "../packages/engine/bin/codo-engine.js");

/**
 * The upper bounds, as multiples of the bare start of Node; docs/decisions/2026-11-28-start-of-the-command-line.md says why.
 * From Node 22 on, Node itself keeps compiled code.
 */
const hasCompileCache = nodeModule.enableCompileCache !== undefined;
const BOUNDS = hasCompileCache
  ? { "codo --version": 1.25, "codo --help": 2, "codo models list": 3.7 }
  : { "codo --version": 1.25, "codo --help": 2.4, "codo models list": 4.5 };

const home = mkdtempSync(join(tmpdir(), "codo-bench-cli-"));
const engine = spawn(process.execPath, [engineBin, "serve"], {
  env: { ...process.env, OLLAMA_HOST: "127.0.0.1:0", OLLAMA_MODELS: join(home, "models") },
});
const url = await new Promise((found, failed) => {
  let log = "";
  const take = (data) => {
    log += data;
    const address = /http:\/\/127\.0\.0\.1:\d+/.exec(log)?.[0];
    if (address) found(address);
  };
  engine.stdout.on("data", take);
  engine.stderr.on("data", take);
  engine.on("close", () => failed(new Error(`The engine did not start: ${log}`)));
});

const env = { PATH: process.env.PATH, HOME: home, XDG_CONFIG_HOME: home, XDG_STATE_HOME: home, OLLAMA_HOST: url };
const contenders = {
  "node -e 0": [process.execPath, "-e", "0"],
  "codo --version": [process.execPath, codo, "--version"],
  "codo --help": [process.execPath, codo, "--help"],
  "codo models list": [process.execPath, codo, "models", "list"],
};
if (spawnSync("ollama", ["--version"]).status === 0) {
  contenders["ollama --version"] = ["ollama", "--version"];
  contenders["ollama list"] = ["ollama", "list"];
}

/** Wall time of one run, in milliseconds. */
function measure([command, ...args]) {
  const start = performance.now();
  const { status, stderr } = spawnSync(command, args, { env, stdio: ["ignore", "ignore", "pipe"] });
  if (status !== 0) throw new Error(`${command} ${args.join(" ")} ended with ${status}: ${stderr}`);
  return performance.now() - start;
}

const times = Object.fromEntries(Object.keys(contenders).map((name) => [name, []]));
for (const command of Object.values(contenders)) measure(command);
for (let run = 0; run < runs; run++) {
  for (const [name, command] of Object.entries(contenders)) times[name].push(measure(command));
}
engine.kill("SIGTERM");

const median = (sorted) => sorted[Math.floor(sorted.length / 2)];
const medians = Object.fromEntries(
  Object.entries(times).map(([name, all]) => [name, median(all.sort((a, b) => a - b))]),
);
const bare = medians["node -e 0"];
const rows = Object.entries(medians).map(([name, ms]) => ({
  name,
  medianMs: Number(ms.toFixed(1)),
  ratio: Number((ms / bare).toFixed(2)),
  bound: BOUNDS[name] ?? null,
}));
const isWithin = rows.every(({ ratio, bound }) => bound === null || ratio <= bound);

if (values.json) console.log(JSON.stringify({ node: process.version, runs, rows, isWithin }));
else {
  console.log(`Node ${process.version}, ${runs} alternating runs, medians`);
  for (const { name, medianMs, ratio, bound } of rows) {
    const verdict = bound === null ? "" : ratio <= bound ? `within ${bound}` : `OVER ${bound}`;
    console.log(`${name.padEnd(20)}${String(medianMs).padStart(8)} ms  ${ratio.toFixed(2)} x  ${verdict}`);
  }
}
process.exit(isWithin ? 0 : 1);
