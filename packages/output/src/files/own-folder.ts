import { lstatSync, type Stats } from "node:fs";
import { dirname, join, relative, sep } from "node:path";
import { OllamaError } from "@codo/ollama-contract";
import { errorCode } from "@codo/ollama-node-kit";

/**
 * Whether every folder on a path below the base is a folder of its own and no link, as far as they are there: what lies
 * behind a link is not the store's. `known` holds folders that were looked at already, and takes in those that pass.
 */
export function isOwnFolder(base: string, path: string, known?: Set<string>): boolean {
  return firstForeign(base, path, known) === undefined;
}

/**
 * Makes sure that nothing is written or removed behind a link. The base itself may be one: that is its owner's choice.
 * @throws STORAGE_FAILED when a part of the path below the base is a link, or no folder
 */
export function assertOwnFolder(base: string, path: string): void {
  const foreign = firstForeign(base, path);
  if (foreign !== undefined) throw foreignPath(foreign);
}

/**
 * Makes sure that a file below a base folder is read and written there and nowhere else: neither it nor a folder on the
 * way may be a link. Nothing need be there yet.
 * @throws STORAGE_FAILED
 */
export function assertOwnFile(base: string, file: string): void {
  const folder = dirname(relative(base, file));
  if (folder !== ".") assertOwnFolder(base, folder.split(sep).join("/"));
  if (lookAt(file)?.isFile() === false) throw foreignPath(file);
}

function foreignPath(path: string): OllamaError {
  const message = `${path} is a link or something else that is not the store's own. Remove it, or choose another output folder.`;
  return new OllamaError("STORAGE_FAILED", message, { details: { path } });
}

function firstForeign(base: string, path: string, known = new Set<string>()): string | undefined {
  if (known.has(path)) return undefined;
  let folder = base;
  for (const part of path.split("/")) {
    folder = join(folder, part);
    const found = lookAt(folder);
    if (found === undefined) return undefined;
    if (!found.isDirectory()) return folder;
  }
  known.add(path);
  return undefined;
}

function lookAt(path: string): Stats | undefined {
  try {
    return lstatSync(path);
  } catch (error) {
    if (errorCode(error) === "ENOENT") return undefined;
    throw error;
  }
}
