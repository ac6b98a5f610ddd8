// A package installed by npm alone in an empty folder: what comes along, and what it weighs.
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** @returns `{ packages: ["name@version", …], sizeBytes }` */
export function installAlone(folder, name, tarballs, npmArguments = []) {
  mkdirSync(folder, { recursive: true });
  const overrides = Object.fromEntries([...tarballs].map(([other, { file }]) => [other, `file:${file}`]));
  const manifest = {
    name: "alone",
    private: true,
    type: "module",
    dependencies: { [name]: overrides[name] },
    overrides,
  };
  writeFileSync(join(folder, "package.json"), JSON.stringify(manifest, null, 2));
  const npm = (...args) =>
    execFileSync("npm", args, { cwd: folder, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
  npm("install", "--no-audit", "--no-fund", "--prefer-offline", ...npmArguments);
  const found = new Set();
  const visit = (dependencies) => {
    for (const [key, { version, dependencies: below }] of Object.entries(dependencies ?? {})) {
      // What is optional and was left out has no version, or no folder.
      if (version !== undefined) found.add(`${key}@${version}`);
      visit(below);
    }
  };
  // `npm ls` fails when something is missing or does not fit: that is a check of its own.
  visit(JSON.parse(npm("ls", "--all", "--json")).dependencies);
  const packages = [...found]
    .filter((each) => existsSync(join(folder, "node_modules", each.slice(0, each.lastIndexOf("@")))))
    .sort();
  return { packages, sizeBytes: diskUsage(join(folder, "node_modules")) };
}

/** What a folder takes on disk, in bytes. */
export function diskUsage(folder) {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).blocks * 512, 0);
}
