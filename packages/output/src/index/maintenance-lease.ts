import { readFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { errorCode } from "@codo/ollama-node-kit";
import type { FileOperations } from "../files/file-operations.js";
import { isObject } from "../records/stored-record.js";
import type { IndexPaths } from "./index-paths.js";
import { removeIfThere } from "./manifest.js";

const LEASE_MS = 60_000;

/**
 * Says that one process is merging, so that others need not do the same work. It is a courtesy, not a lock: it ends by
 * itself and with its process, and two holders at once do no harm, because a manifest's generation is given only once.
 */
export class MaintenanceLease {
  readonly #path: string;
  readonly #files: FileOperations;

  private constructor(path: string, files: FileOperations) {
    this.#path = path;
    this.#files = files;
  }

  /** Takes the lease, or gives `undefined` when another process has it. */
  static take(paths: IndexPaths, files: FileOperations): MaintenanceLease | undefined {
    const path = join(paths.index, "maintenance.lease");
    files.makeFolder(paths.index);
    for (let attempt = 0; attempt < 2; attempt++) {
      try {
        files.create(path, leaseText());
        return new MaintenanceLease(path, files);
      } catch (error) {
        if (errorCode(error) !== "EEXIST") throw error;
        if (isHeld(path)) return undefined;
        removeIfThere(path, files);
      }
    }
    return undefined;
  }

  release(): void {
    removeIfThere(this.#path, this.#files);
  }
}

function leaseText(): string {
  return JSON.stringify({ host: hostname(), pid: process.pid, untilMs: Date.now() + LEASE_MS });
}

function isHeld(path: string): boolean {
  try {
    const lease: unknown = JSON.parse(readFileSync(path, "utf8"));
    if (!isObject(lease) || typeof lease.untilMs !== "number" || typeof lease.pid !== "number") return false;
    // A time far ahead comes from a clock that was wrong.
    if (lease.untilMs < Date.now() || lease.untilMs > Date.now() + LEASE_MS) return false;
    if (lease.host === hostname()) process.kill(lease.pid, 0);
    return true;
  } catch (error) {
    return errorCode(error) === "EPERM";
  }
}
