// `pnpm compat [PACKAGE …]`: each package of the last release with the others as they would be released today, and the
// other way round, installed by npm from tarballs. Prints the matrix.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { lastRelease, plannedReleases } from "./changeset-gate.js";
import { startRedis } from "./compat/redis.js";
import { startRegistry } from "./compat/registry.js";
import { plannedTarballs, releasedTarballs } from "./compat/tarballs.js";
import { tryMix } from "./compat/try-mix.js";
import { buildClean } from "./release/build-clean.js";

/** What a mix consists of. */
const PARTS = ["contract", "node-kit", "core", "config", "output", "runner", "bench", "engine", "queue", "ui", "cli"];
const named = (part) => `@codo/ollama-${part}`;
const shown = (versions) => [...new Set(versions.values())].sort().join(", ");

const asked = process.argv.length > 2 ? process.argv.slice(2) : PARTS;
const unknown = asked.filter((part) => !PARTS.includes(part));
if (unknown.length > 0) throw new Error(`No package is called ${unknown.join(", ")}: choose of ${PARTS.join(", ")}.`);
const commit = lastRelease();
if (!commit) throw new Error("Nothing was released yet: no changelog names a version.");
const { releases, failure } = plannedReleases(commit);
if (failure !== undefined) throw new Error(failure);

const scratch = mkdtempSync(join(tmpdir(), "codo-compat-"));
let failed = 0;
let redis;
try {
  await buildClean("build:js");
  const released = releasedTarballs(commit, PARTS);
  const planned = plannedTarballs(join(scratch, "today"), PARTS, releases);
  const old = new Map(released.map(({ manifest }) => [manifest.name, manifest.version]));
  const today = new Map([...old, ...planned.map(({ manifest }) => [manifest.name, manifest.version])]);
  const rows = [
    ["all of the last release", old],
    ["all of today", today],
  ];
  for (const part of asked) {
    const name = named(part);
    // What came after the last release was in none.
    if (old.has(name))
      rows.push([`${part} ${old.get(name)}, the others of today`, new Map([...today, [name, old.get(name)]])]);
    rows.push([
      `${part} ${today.get(name)}, the others of the last release`,
      new Map([...old, [name, today.get(name)]]),
    ]);
  }
  redis = await startRedis(scratch);
  if (redis === undefined) console.log("No redis-server on the PATH: the queue is installed, and does no work.");
  const registry = await startRegistry([...released, ...planned]);
  console.log(`The last release is ${commit.slice(0, 9)}; Node ${process.versions.node}\n`);
  for (const part of PARTS) console.log(`${part} ${old.get(named(part)) ?? "not yet"} → ${today.get(named(part))}`);
  console.log("\n| mix | versions | result |\n|---|---|---|");
  for (const [index, [label, mix]] of rows.entries()) {
    const { ok, words } = await tryMix(join(scratch, String(index)), mix, {
      registry: registry.url,
      redis: redis?.url,
    });
    failed += ok ? 0 : 1;
    console.log(`| ${label} | ${shown(mix)} | ${ok ? "ok: " : "FAILED: "}${words} |`);
  }
  registry.close();

  // A release whose companion is not there yet: npm must say so, before anything runs.
  const early = await startRegistry([
    ...planned.filter(({ manifest }) => manifest.name !== named("contract")),
    ...released,
  ]);
  const outside = await tryMix(join(scratch, "outside"), new Map([[named("core"), today.get(named("core"))]]), {
    registry: early.url,
  });
  early.close();
  const refused = outside.words.includes("No matching version found");
  failed += refused || today.get(named("contract")) === old.get(named("contract")) ? 0 : 1;
  console.log(
    `| core ${today.get(named("core"))} where only the last release's contract is | | ${refused ? "ok" : "FAILED"}, refused by ${outside.words} |`,
  );
} finally {
  redis?.close();
  rmSync(scratch, { recursive: true, force: true });
}
process.exitCode = failed === 0 ? 0 : 1;
