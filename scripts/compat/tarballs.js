// What was released and what would be, as tarballs. No registry has them yet, so a release is its commit: the one that
// last gave the packages their versions is built, packed and kept.
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { root } from "../packages.js";
import { packAll } from "../release/pack.js";

const run = (file, args, cwd) =>
  execFileSync(file, args, { cwd, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"], maxBuffer: 64 * 1024 * 1024 });

/** The tarballs of a release, `[{ manifest, file }]`, of the parts that it had; each made once for a commit. */
export function releasedTarballs(commit, parts) {
  const kept = join(root, "node_modules/.cache/codo-releases", commit);
  const had = parts.filter((part) => run("git", ["ls-tree", commit, `packages/${part}`], root) !== "");
  const lacking = had.filter((part) => !existsSync(join(kept, `done-${part}`)));
  if (lacking.length > 0) {
    const checkout = mkdtempSync(join(tmpdir(), "codo-released-"));
    rmSync(checkout, { recursive: true });
    run("git", ["worktree", "add", "--detach", checkout, commit], root);
    try {
      run("pnpm", ["install", "--frozen-lockfile", "--prefer-offline"], checkout);
      run(process.execPath, ["scripts/build.js", "build:js"], checkout);
      packAll(kept, checkout, lacking);
      for (const part of lacking) writeFileSync(join(kept, `done-${part}`), "");
    } finally {
      run("git", ["worktree", "remove", "--force", checkout], root);
    }
  }
  return readdirSync(kept)
    .filter((file) => file.endsWith(".tgz"))
    .map((file) => ({ manifest: manifestIn(join(kept, file)), file: join(kept, file) }));
}

/**
 * The tarballs of today, with the versions and ranges that the changesets give them. What has no changeset keeps its
 * version, and is left out: nothing of it would be published.
 */
export function plannedTarballs(folder, parts, releases) {
  const versions = new Map(
    releases.filter(({ type }) => type !== "none").map(({ name, newVersion }) => [name, newVersion]),
  );
  return [...packAll(folder, root, parts).values()]
    .filter(({ manifest }) => versions.has(manifest.name))
    .map(({ name, file }) => {
      const unpacked = join(folder, name);
      mkdirSync(unpacked);
      run("tar", ["xzf", file, "-C", unpacked]);
      const manifestFile = join(unpacked, "package/package.json");
      const manifest = withVersions(JSON.parse(readFileSync(manifestFile, "utf8")), versions);
      writeFileSync(manifestFile, JSON.stringify(manifest, null, 2));
      run("tar", ["czf", file, "-C", unpacked, "package"]);
      return { manifest, file };
    });
}

/** As `changeset version` writes it: the new version, and for own packages the range that begins at theirs. */
function withVersions(manifest, versions) {
  const own = (dependencies = {}) =>
    Object.fromEntries(
      Object.entries(dependencies).map(([name, range]) => [
        name,
        versions.has(name) ? `^${versions.get(name)}` : range,
      ]),
    );
  return {
    ...manifest,
    version: versions.get(manifest.name),
    dependencies: own(manifest.dependencies),
    optionalDependencies: own(manifest.optionalDependencies),
  };
}

/** The manifest as it was packed, with the ranges that npm understands. */
export const manifestIn = (file) => JSON.parse(run("tar", ["xzOf", file, "package/package.json"]));
