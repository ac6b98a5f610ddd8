// Packs the public packages of a checkout as they would be published.
import { execFileSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { publicPackages } from "../packages.js";

/**
 * @param destination - the folder for the tarballs
 * @param from - the checkout; its packages are built
 * @returns a map from the package's name to `{ name, dir, manifest, file }`
 */
export function packAll(destination, from, names) {
  mkdirSync(destination, { recursive: true });
  return new Map(
    publicPackages(from)
      .filter(({ name }) => names === undefined || names.includes(name))
      .map((entry) => {
        const packed = execFileSync("pnpm", ["pack", "--json", "--pack-destination", destination], {
          cwd: entry.dir,
          encoding: "utf8",
          stdio: ["ignore", "pipe", "inherit"],
        });
        return [entry.manifest.name, { ...entry, file: JSON.parse(packed).filename }];
      }),
  );
}
