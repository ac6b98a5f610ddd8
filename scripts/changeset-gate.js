// Whether what changed since the main branch has a changeset, and whether the changesets that wait can be released.
// On main itself there is nothing to compare with; the waiting ones are read.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { publicPackages, root } from "./packages.js";

const changeset = fileURLToPath(new URL("../node_modules/@changesets/cli/bin.js", import.meta.url));
const git = (...args) => {
  const { status, stdout } = spawnSync("git", args, { cwd: root, encoding: "utf8" });
  return status === 0 ? stdout.trim() : undefined;
};

/** The commit that last gave packages their versions: a changelog says so. */
export const lastRelease = () => git("log", "-1", "--format=%H", "-G", "^## [0-9]", "--", "packages/*/CHANGELOG.md");

/** What a branch is compared with: the commit at which it left main, or its own release if it has made one since. */
export function comparedWith() {
  // A pull request is fetched without a local main; in a local clone, only the local one may be up to date.
  const bases = ["main", "origin/main"].map((branch) => git("merge-base", "HEAD", branch));
  return nearest([...bases, lastRelease()]);
}

const nearest = (commits) =>
  commits
    .filter((commit) => commit !== undefined && commit !== "")
    .map((commit) => ({ commit, behind: Number(git("rev-list", "--count", `${commit}..HEAD`)) }))
    .sort((a, b) => a.behind - b.behind)[0]?.commit;

/** What the changesets since a commit come to: `{ releases: [{ name, type, oldVersion, newVersion }] }`, or a `failure`. */
export function plannedReleases(since) {
  const folder = mkdtempSync(join(tmpdir(), "codo-changesets-"));
  try {
    const output = join(folder, "status.json");
    const run = spawnSync(
      process.execPath,
      [changeset, "status", `--since=${since}`, `--output=${relative(root, output)}`],
      { cwd: root, encoding: "utf8", env: { ...process.env, NO_COLOR: "1" } },
    );
    if (run.status !== 0) return { failure: `${run.stdout}${run.stderr}`.replaceAll("🦋  ", "").trim() };
    return JSON.parse(readFileSync(output, "utf8"));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The command carries the code of the packages below in its bundle: a release of theirs reaches it by one of its own. */
function staleBundles(releases) {
  const released = new Set(releases.filter(({ type }) => type !== "none").map(({ name }) => name));
  const cli = publicPackages().find(({ name }) => name === "cli").manifest;
  const inside = Object.keys(cli.dependencies).filter((name) => released.has(name));
  return inside.length === 0 || released.has(cli.name)
    ? []
    : [
        `${cli.name} carries ${inside.join(", ")} in its bundle: give it a changeset too, or its users get nothing of this.`,
      ];
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const base = comparedWith() ?? "HEAD";
  const branch = plannedReleases(base);
  const waiting = plannedReleases(lastRelease() || base);
  const wrong = [
    ...(branch.failure === undefined
      ? []
      : [branch.failure, 'Say what a user gets with "npx -y pnpm@10 changeset" ("--empty" where nobody notices).']),
    ...staleBundles(waiting.releases ?? []),
  ];
  const planned = (waiting.releases ?? []).filter(({ type }) => type !== "none");
  for (const { name, oldVersion, newVersion } of planned) console.log(`${name} ${oldVersion} → ${newVersion}`);
  for (const line of wrong) console.log(line);
  process.exitCode = wrong.length === 0 ? 0 : 1;
}
