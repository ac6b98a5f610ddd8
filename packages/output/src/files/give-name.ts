import { existsSync, lstatSync } from "node:fs";
import { basename, join } from "node:path";
import { errorCode } from "@codo/ollama-node-kit";
import type { FileOperations } from "./file-operations.js";

/** A claim is held for as long as one `rename` takes; what is older was left by a process that was killed. */
const CLAIM_MS = 60_000;
/** Errors of `link` that another way of naming would meet as well. */
const NOT_ABOUT_LINKS = ["ENOENT", "ENOSPC", "EDQUOT"];

/** The end of a claim's name, for the sweep. */
export const CLAIM_SUFFIX = ".claim";

/**
 * Gives a whole temporary file its name, at once and only if the name is free; `false` when it is taken. The temporary
 * name is gone then. Where a file system has no hard links (exFAT, FAT, some network shares), a file in `claims` that
 * only one process can create stands for the right to the name while it is looked at and given by `rename`.
 */
export function giveName(files: FileOperations, temporary: string, path: string, claims: string): boolean {
  try {
    files.link(temporary, path);
    removeQuietly(files, temporary);
    return true;
  } catch (error) {
    const code = errorCode(error) ?? "";
    if (NOT_ABOUT_LINKS.includes(code)) throw error;
    const isNamed = code !== "EEXIST" && renameUnderClaim(files, temporary, path, claims);
    if (!isNamed) removeQuietly(files, temporary);
    return isNamed;
  }
}

function renameUnderClaim(files: FileOperations, temporary: string, path: string, claims: string): boolean {
  const claim = join(claims, `${basename(path)}${CLAIM_SUFFIX}`);
  if (!takeClaim(files, claim)) return false;
  try {
    if (existsSync(path)) return false;
    files.rename(temporary, path);
    return true;
  } finally {
    removeQuietly(files, claim);
  }
}

function takeClaim(files: FileOperations, claim: string): boolean {
  for (let attempt = 0; attempt < 2; attempt++) {
    try {
      files.create(claim, "");
      return true;
    } catch (error) {
      if (errorCode(error) !== "EEXIST") throw error;
      if (!isAbandoned(claim)) return false;
      removeQuietly(files, claim);
    }
  }
  return false;
}

function isAbandoned(claim: string): boolean {
  try {
    return Math.abs(Date.now() - lstatSync(claim).mtimeMs) > CLAIM_MS;
  } catch {
    // Gone meanwhile: its holder is done.
    return true;
  }
}

function removeQuietly(files: FileOperations, path: string): void {
  try {
    files.remove(path);
  } catch {
    // The sweep takes what is left.
  }
}
