// The packages that are published, read from the workspace: whoever adds one adds it nowhere else.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";

/** The folder of the repository. */
export const root = resolve(import.meta.dirname, "..");

/** Every public package: `{ name, dir, manifest }`, `name` being its folder's. */
export function publicPackages(from = root) {
  return readdirSync(join(from, "packages"))
    .map((name) => ({ name, dir: join(from, "packages", name) }))
    .filter(({ dir }) => existsSync(join(dir, "package.json")))
    .map((entry) => ({ ...entry, manifest: JSON.parse(readFileSync(join(entry.dir, "package.json"), "utf8")) }))
    .filter(({ manifest }) => !manifest.private);
}
