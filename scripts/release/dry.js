// `pnpm release:dry`: builds, packs and checks every public package as it would be published, installs each alone, and
// says what would be published; `pnpm release:dry PACKAGE …` checks these only. Nothing leaves this machine; the registry is only asked what it has.
import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { lastRelease, plannedReleases } from "../changeset-gate.js";
import { root } from "../packages.js";
import { installAlone } from "./alone.js";
import { buildClean } from "./build-clean.js";
import { checkTarball } from "./check-tarball.js";
import { packAll } from "./pack.js";

const limits = JSON.parse(readFileSync(new URL("limits.json", import.meta.url), "utf8"));
const KB = 1000;
/** Native parts, of which a machine gets its own. */
const OF_A_PLATFORM = /^@(node-llama-cpp|msgpackr-extract)\//;
const kilobytes = (bytes) => Math.ceil(bytes / KB);

const tool = (name, ...args) => {
  const { status, stdout, stderr } = spawnSync(join(root, "node_modules/.bin", name), args, {
    cwd: root,
    encoding: "utf8",
  });
  return status === 0 ? [] : [`${name}: ${`${stdout}${stderr}`.trim()}`];
};

/** Whether the registry has this version; undefined when it does not answer. */
function isPublished({ name, version }) {
  const { status, stdout, stderr } = spawnSync("npm", ["view", `${name}@${version}`, "version", "--json"], {
    cwd: tmpdir(),
    encoding: "utf8",
  });
  if (status === 0) return stdout.trim() !== "";
  return `${stdout}${stderr}`.includes("E404") ? false : undefined;
}

function overLimit({ manifest, packedKb, installedKb, packages }) {
  const limit = limits[manifest.name];
  if (limit === undefined)
    return [
      `no limits in scripts/release/limits.json: it packs to ${packedKb} kB, brings ${packages.length} packages, ${installedKb} kB`,
    ];
  const brought = new Set(packages.map((each) => each.slice(0, each.lastIndexOf("@"))));
  const extra = [...brought].filter((name) => !limit.packages.includes(name) && !OF_A_PLATFORM.test(name));
  return [
    ...(packedKb > limit.packedKb ? [`packs to ${packedKb} kB, and may to ${limit.packedKb}`] : []),
    ...(installedKb > limit.installedKb ? [`takes ${installedKb} kB installed, and may ${limit.installedKb}`] : []),
    ...extra.map((name) => `brings ${name}, which is not in its list`),
    ...limit.packages
      .filter((name) => !brought.has(name))
      .map((name) => `no longer brings ${name}: take it off its list`),
  ];
}

const asked = process.argv.slice(2);
const planned = new Set((plannedReleases(lastRelease()).releases ?? []).map(({ name }) => name));
const folder = mkdtempSync(join(tmpdir(), "codo-release-"));
let failed = 0;
let checked = 0;
try {
  await buildClean();
  const tarballs = packAll(join(folder, "tarballs"), root);
  for (const [name, entry] of tarballs) {
    if (asked.length > 0 && !asked.includes(entry.name)) continue;
    const isFirst = entry.manifest.version === "0.0.0" && planned.has(name);
    const unpacked = join(folder, "unpacked", entry.name);
    mkdirSync(unpacked, { recursive: true });
    execFileSync("tar", ["xzf", entry.file, "-C", unpacked, "--strip-components=1"]);
    const { wrong, files, sizeBytes } = checkTarball(unpacked, entry, isFirst);
    const packedKb = kilobytes(statSync(entry.file).size);
    const { packages, sizeBytes: installedBytes } = installAlone(join(folder, "alone", entry.name), name, tarballs);
    const installedKb = kilobytes(installedBytes);
    wrong.push(
      ...overLimit({ ...entry, packedKb, installedKb, packages }),
      ...tool("publint", "run", entry.file, "--strict"),
      ...tool("attw", entry.file, "--profile", "esm-only"),
    );
    const published = isPublished(entry.manifest);
    const verdict =
      published === undefined
        ? "the registry does not answer"
        : published
          ? "is published already"
          : "would be published";
    console.log(
      `${wrong.length === 0 ? "ok    " : "FAILED"} ${basename(entry.file)}: ${verdict}; ${files} files, ${packedKb} kB (${kilobytes(sizeBytes)} kB unpacked); alone ${packages.length} packages, ${(installedKb / KB).toFixed(1)} MB`,
    );
    console.log(`       ${packages.filter((each) => !each.startsWith(`${name}@`)).join(" ") || "nothing comes along"}`);
    for (const line of wrong) console.log(`       ${line}`);
    checked += 1;
    failed += wrong.length === 0 ? 0 : 1;
  }
  console.log(
    failed === 0 ? `${checked} packages can be published` : `${failed} of ${checked} packages can't be published`,
  );
} finally {
  rmSync(folder, { recursive: true, force: true });
}
process.exitCode = failed === 0 ? 0 : 1;
