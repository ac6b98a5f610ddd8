// The quality gates: one script, one verdict. `pnpm check` runs them all and says which one failed; `pnpm check sources`
// runs those that need no build, `pnpm check built` the others.
import { spawn } from "node:child_process";
import { join } from "node:path";
import { publicPackages } from "./packages.js";

const packages = publicPackages().map(({ name }) => ({ name, dir: join("packages", name) }));

const build = { name: "build", command: ["node", "scripts/build.js", "build"] };

/** What reads the sources alone. */
const onSources = [
  { name: "biome", command: ["biome", "check", "--error-on-warnings", "."] },
  { name: "types", command: ["tsc", "-p", "tsconfig.json", "--noEmit"] },
  { name: "folder cycles", command: ["node", "scripts/folder-cycles.js"] },
  { name: "api reference", command: ["node", "scripts/api-reference.js", "--check"] },
];

/** What also reads what was built; and the patterns, which are given up where other work takes the processors. */
const onBuilds = [
  { name: "patterns", command: ["node", "scripts/check-patterns.js"] },
  { name: "boundaries", command: ["depcruise", "--config", ".dependency-cruiser.cjs", "packages", "tests"] },
  { name: "knip", command: ["knip"] },
  { name: "api reports", command: ["node", "scripts/api.js", "--check"] },
  { name: "changesets", command: ["node", "scripts/changeset-gate.js"] },
  { name: "api sizes", command: ["node", "scripts/surface/gate.js"] },
  { name: "size", command: ["size-limit"] },
];

/** What packs the packages: one after the other, because a pack puts its file into the package's folder for a while. */
const onPacks = [
  ...packages.flatMap(({ name, dir }) => [
    { name: `publint ${name}`, command: ["publint", "--strict", dir] },
    { name: `attw ${name}`, command: ["attw", "--pack", dir, "--profile", "esm-only"] },
  ]),
  { name: "consumer", command: ["node", "scripts/consumer-smoke.js"] },
];

const [part = "all"] = process.argv.slice(2);
const failed = [];
let count = 0;
if (part === "sources") await runInOrder(onSources);
else {
  await runGate(build);
  // Two at a time: each of them keeps one processor busy.
  await Promise.all([part === "all" ? [...onSources, ...onBuilds] : onBuilds, onPacks].map(runInOrder));
}
console.log(
  failed.length === 0 ? `${count} gates passed` : `${failed.length} of ${count} gates failed: ${failed.join(", ")}`,
);
process.exitCode = failed.length === 0 ? 0 : 1;

async function runInOrder(gates) {
  for (const gate of gates) await runGate(gate);
}

async function runGate({ name, command: [file, ...args] }) {
  count += 1;
  const started = performance.now();
  const { status, output } = await run(file, args);
  const ok = status === 0;
  console.log(`${ok ? "ok    " : "FAILED"} ${name} (${((performance.now() - started) / 1000).toFixed(1)} s)`);
  if (ok) return;
  failed.push(name);
  console.log(output.trimEnd());
}

function run(file, args) {
  return new Promise((resolve) => {
    const child = spawn(file, args, { stdio: ["ignore", "pipe", "pipe"], env: { ...process.env, FORCE_COLOR: "0" } });
    let output = "";
    child.stdout.on("data", (data) => (output += data));
    child.stderr.on("data", (data) => (output += data));
    child.on("error", (error) => resolve({ status: null, output: String(error) }));
    child.on("close", (status) => resolve({ status, output }));
  });
}
