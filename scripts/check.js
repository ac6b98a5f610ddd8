// The quality gates: one script, one verdict. `pnpm check` runs them all and says which one failed.
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { publicPackages } from "./packages.js";

const packages = publicPackages().map(({ name }) => ({ name, dir: join("packages", name) }));

const gates = [
  { name: "build", command: ["node", "scripts/build.js", "build"] },
  { name: "biome", command: ["biome", "check", "--error-on-warnings", "."] },
  { name: "types", command: ["tsc", "-p", "tsconfig.json", "--noEmit"] },
  { name: "boundaries", command: ["depcruise", "--config", ".dependency-cruiser.cjs", "packages", "tests"] },
  { name: "folder cycles", command: ["node", "scripts/folder-cycles.js"] },
  { name: "patterns", command: ["node", "scripts/check-patterns.js"] },
  { name: "knip", command: ["knip"] },
  { name: "api reports", command: ["node", "scripts/api.js", "--check"] },
  { name: "changesets", command: ["node", "scripts/changeset-gate.js"] },
  { name: "api sizes", command: ["node", "scripts/surface/gate.js"] },
  { name: "size", command: ["size-limit"] },
  ...packages.flatMap(({ name, dir }) => [
    { name: `publint ${name}`, command: ["publint", "--strict", dir] },
    { name: `attw ${name}`, command: ["attw", "--pack", dir, "--profile", "esm-only"] },
  ]),
  { name: "consumer", command: ["node", "scripts/consumer-smoke.js"] },
];

const failed = [];
for (const { name, command } of gates) {
  const started = performance.now();
  const [file, ...args] = command;
  const run = spawnSync(file, args, {
    encoding: "utf8",
    maxBuffer: 64 * 1024 * 1024,
    env: { ...process.env, FORCE_COLOR: "0" },
  });
  const ok = run.status === 0;
  console.log(`${ok ? "ok    " : "FAILED"} ${name} (${((performance.now() - started) / 1000).toFixed(1)} s)`);
  if (!ok) {
    failed.push(name);
    console.log(`${run.stdout ?? ""}${run.stderr ?? ""}${run.error ?? ""}`.trimEnd());
  }
}
console.log(
  failed.length === 0
    ? `${gates.length} gates passed`
    : `${failed.length} of ${gates.length} gates failed: ${failed.join(", ")}`,
);
process.exitCode = failed.length === 0 ? 0 : 1;
