import { readdirSync } from "node:fs";
import { OllamaError } from "@codo/ollama-contract";
import { errorCode, storageFailed } from "@codo/ollama-node-kit";
import type { FileOperations } from "../files/file-operations.js";
import { makePause } from "../files/pause.js";
import { compact } from "../index/compaction.js";
import { healIndex } from "../index/heal.js";
import { assertOwnFolders, type IndexPaths } from "../index/index-paths.js";
import { LiveIndex } from "../index/live-index.js";
import type { LogWriter } from "../index/log-writer.js";
import { MaintenanceLease } from "../index/maintenance-lease.js";
import { commitManifest, EMPTY_MANIFEST, newestGeneration, readManifest } from "../index/manifest.js";
import { type RebuildSummary, rebuildFromRecords } from "../index/rebuild.js";
import { sweepLeftovers } from "../index/sweep.js";
import type { IndexWorkspace } from "../index/write-segment.js";
import { TagChanges } from "../records/tag-changes.js";

/** A writer merges after so many saves of its own; a reader when it meets twice as many lines. */
const MERGE_AFTER = 256;
/** Logs that were left by so many short processes are merged by the next one. */
const MANY_LOGS = 64;
/** A log that cannot be merged yet is not looked through again and again. */
const HEAL_AGAIN_AFTER_MS = 10_000;

/** Keeps the index usable: makes it when it is missing or torn, and merges the logs when there is much in them. */
export class IndexKeeper {
  readonly index: LiveIndex;
  readonly #paths: IndexPaths;
  readonly #files: FileOperations;
  readonly #log: LogWriter;
  #prepared = false;
  #unmerged = 0;
  #healedAtMs = -Infinity;
  #maintenance: Promise<void> | undefined;
  #rebuilding: Promise<RebuildSummary> | undefined;
  /** Why the last merge in the background failed; what was saved is safe, and the next merge makes up for it. */
  lastError: OllamaError | undefined;

  constructor(paths: IndexPaths, files: FileOperations, log: LogWriter) {
    this.#paths = paths;
    this.#files = files;
    this.#log = log;
    this.index = new LiveIndex(paths, new TagChanges(paths.tags, files));
  }

  /** Asks the index as it is now; makes it again first, where it is missing or turns out to be torn. @throws STORAGE_FAILED */
  async ask<T>(question: (index: LiveIndex) => T): Promise<T> {
    try {
      await this.#refresh();
      try {
        return question(this.index);
      } catch (error) {
        if (!(error instanceof RangeError)) throw error;
        await this.rebuild();
        await this.#refresh();
        return question(this.index);
      }
    } catch (error) {
      throw storageFailed("read the index in", this.#paths.index, { cause: error });
    }
  }

  /** Before a save: a store without any record starts with an empty index, so that a missing one is noticed later. */
  beforeSave(): void {
    if (this.#prepared) return;
    assertOwnFolders(this.#paths);
    // A store of a later version throws here, before anything is written.
    readManifest(this.#paths);
    if (newestGeneration(this.#paths) === 0 && !this.index.hasRecords()) {
      commitManifest(this.#paths, { ...EMPTY_MANIFEST, generation: 1 }, this.#files);
    }
    this.#prepared = true;
    if (countFiles(this.#paths.logs) > MANY_LOGS) this.#startMaintenance();
  }

  /** After a save or a removal. */
  afterChange(count = 1): void {
    this.#unmerged += count;
    if (this.#unmerged >= MERGE_AFTER) this.#startMaintenance();
  }

  /** Rebuilds the index from the records. @throws STORAGE_FAILED */
  async rebuild(): Promise<RebuildSummary> {
    await this.#maintenance;
    assertOwnFolders(this.#paths);
    this.#rebuilding ??= rebuildFromRecords(this.#workspace())
      .catch((error: unknown) => {
        throw storageFailed("rebuild the index in", this.#paths.index, { cause: error });
      })
      .finally(() => {
        this.#rebuilding = undefined;
      });
    return this.#rebuilding;
  }

  /** Merges what the logs hold, and sweeps up; another process that is at it is not waited for. */
  async maintain(): Promise<void> {
    this.#startMaintenance();
    await this.#maintenance;
  }

  /** Waits for a merge under way, and lets go of the open files. */
  async close(): Promise<void> {
    await this.#maintenance;
    await this.#rebuilding?.catch(() => {});
    this.index.close();
  }

  async #refresh(): Promise<void> {
    await this.#rebuilding;
    const condition = this.index.refresh();
    if (condition === "missing" || condition === "torn") {
      await this.rebuild();
      const again = this.index.refresh();
      if (again === "torn" || again === "missing") throw this.#unusable();
    }
    if (condition === "doubtful" && performance.now() - this.#healedAtMs > HEAL_AGAIN_AFTER_MS) {
      // One under way may have begun before the damage.
      await this.#maintenance;
      await this.maintain();
      if (this.index.refresh() === "doubtful") this.#healedAtMs = performance.now();
    }
    const { puts, removals, logs } = this.index.logs;
    if (puts.size + removals.size > 2 * MERGE_AFTER || logs.length > MANY_LOGS) this.#startMaintenance();
  }

  #startMaintenance(): void {
    if (this.#maintenance !== undefined || this.#rebuilding !== undefined) return;
    this.#unmerged = 0;
    this.#maintenance = this.#maintainOnce()
      .catch((error: unknown) => {
        this.lastError = storageFailed("merge the index in", this.#paths.index, { cause: error });
      })
      .finally(() => {
        this.#maintenance = undefined;
      });
  }

  async #maintainOnce(): Promise<void> {
    // Not within the save that reached the limit.
    await new Promise((resolve) => setImmediate(resolve));
    const lease = MaintenanceLease.take(this.#paths, this.#files);
    if (lease === undefined) return;
    const view = new LiveIndex(this.#paths, this.index.tags);
    try {
      let condition = view.refresh();
      if (condition === "doubtful") {
        // A merge goes past what is damaged: what was lost there has to be found before.
        await healIndex(this.#workspace(), view, this.#log);
        condition = view.refresh();
      }
      if (condition === "missing" || condition === "torn") return;
      const { segments, manifest, logs } = view;
      const base = { generation: manifest.generation, segments, logs };
      if (await compact(this.#workspace(), base)) sweepLeftovers(this.#paths, this.#files);
    } finally {
      view.close();
      lease.release();
    }
  }

  #workspace(): IndexWorkspace {
    return { paths: this.#paths, files: this.#files, pause: makePause() };
  }

  #unusable(): OllamaError {
    const { index } = this.#paths;
    return new OllamaError(
      "STORAGE_FAILED",
      `The index in ${index} cannot be read, and could not be rebuilt. Remove that folder: the index is rebuilt from the records.`,
      { details: { path: index } },
    );
  }
}

function countFiles(folder: string): number {
  try {
    return readdirSync(folder).length;
  } catch (error) {
    if (errorCode(error) === "ENOENT") return 0;
    throw error;
  }
}
