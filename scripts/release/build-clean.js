// Builds what will be packed into empty folders: a build that comes from the cache leaves the files of earlier ones there.
import { rmSync } from "node:fs";
import { join } from "node:path";
import { build } from "../build.js";
import { publicPackages } from "../packages.js";

/** @throws when a package cannot be built */
export async function buildClean(task) {
  for (const { dir } of publicPackages()) rmSync(join(dir, "dist"), { recursive: true, force: true });
  if ((await build(task)) !== 0) throw new Error("The build failed.");
}
