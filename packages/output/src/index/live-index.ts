import { existsSync } from "node:fs";
import { join } from "node:path";
import type { ListPosition } from "../listing/cursor.js";
import { mergeNewestFirst } from "../listing/merge-newest-first.js";
import { compareNewestFirst, type IndexEntry } from "./index-entry.js";
import type { IndexPaths } from "./index-paths.js";
import { LogSet } from "./log-set.js";

/** The index as one process sees it. */
export class LiveIndex {
  readonly #paths: IndexPaths;
  readonly #logs: LogSet;

  constructor(paths: IndexPaths) {
    this.#paths = paths;
    this.#logs = new LogSet(paths.logs);
  }

  /** Takes in what any process has written since. */
  refresh(): void {
    this.#logs.refresh({});
  }

  /** The entries after a position, newest first, whose files exist. */
  *newestFirst(after?: ListPosition): Generator<IndexEntry> {
    const tail = [...this.#logs.puts.values()].sort(compareNewestFirst);
    const merged = mergeNewestFirst([tail[Symbol.iterator]()]);
    for (const entry of merged) {
      if (after !== undefined && compareNewestFirst(entry, after) <= 0) continue;
      if (this.exists(entry)) yield entry;
    }
  }

  /** The entry with an id, if its file exists. */
  find(id: string): IndexEntry | undefined {
    const entry = this.#logs.puts.get(id);
    return entry !== undefined && this.exists(entry) ? entry : undefined;
  }

  /** Whether the record of an entry is there; an index line alone is no promise. */
  exists(entry: Pick<IndexEntry, "path">): boolean {
    return existsSync(join(this.#paths.base, entry.path));
  }
}
