// Publishes from the release workflow, and only from there: writes the repository's address, which provenance is checked
// against, into the manifests, then lets changesets publish and tag what the registry lacks.
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { publicPackages, root } from "../packages.js";

const { GITHUB_ACTIONS, GITHUB_REPOSITORY, GITHUB_SERVER_URL } = process.env;
if (GITHUB_ACTIONS !== "true" || GITHUB_REPOSITORY === undefined) {
  console.error(
    'Packages are published by the workflow release.yml. To see what it would publish: "pnpm release:dry".',
  );
  process.exit(1);
}

for (const { dir } of publicPackages()) {
  const file = join(dir, "package.json");
  const manifest = JSON.parse(readFileSync(file, "utf8"));
  const repository = {
    type: "git",
    url: `git+${GITHUB_SERVER_URL}/${GITHUB_REPOSITORY}.git`,
    directory: relative(root, dir),
  };
  writeFileSync(file, `${JSON.stringify({ ...manifest, repository }, null, 2)}\n`);
}
process.exitCode = spawnSync("pnpm", ["changeset", "publish"], { cwd: root, stdio: "inherit" }).status ?? 1;
