// Refuses a change that removes or narrows a public name of the last release without a changeset of the right size.
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { lastRelease, plannedReleases } from "../changeset-gate.js";
import { publicPackages, root } from "../packages.js";
import { whatBroke } from "./compare-surfaces.js";
import { readSurface } from "./read-surface.js";

const git = (...args) => spawnSync("git", args, { cwd: root, encoding: "utf8", maxBuffer: 64 * 1024 * 1024 }).stdout;
const ENOUGH = { minor: ["minor", "major"], major: ["major"] };

const release = lastRelease();
const { releases = [] } = plannedReleases(release || "HEAD");
let reports = 0;
const refused = [];
for (const { dir, manifest } of release ? publicPackages() : []) {
  const paths = git("ls-tree", "-r", "--name-only", release, "--", `${relative(root, dir)}/api/`)
    .split("\n")
    .filter(Boolean);
  const broke = paths.flatMap((path) => {
    reports += 1;
    const now = existsSync(join(root, path)) ? readFileSync(join(root, path), "utf8") : "";
    return whatBroke(readSurface(git("show", `${release}:${path}`)), readSurface(now)).map(
      (line) => `${path}: ${line}`,
    );
  });
  const needed = manifest.version.startsWith("0.") ? "minor" : "major";
  const planned = releases.find(({ name }) => name === manifest.name)?.type ?? "none";
  if (broke.length === 0 || ENOUGH[needed].includes(planned)) continue;
  refused.push(
    `${manifest.name} ${manifest.version}: users of the last release would break, and its changesets say "${planned}":`,
  );
  refused.push(...broke.map((line) => `  ${line}`));
  refused.push(`  Keep the old name or form, or give ${manifest.name} a changeset of the size "${needed}".`);
}
for (const line of refused) console.log(line);
if (refused.length === 0) console.log(`${reports} API reports compared with the last release`);
process.exitCode = refused.length === 0 ? 0 : 1;
