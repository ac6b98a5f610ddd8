import type { FileOperations } from "../files/file-operations.js";
import { MarkerFiles } from "../files/marker-files.js";

/** Which records stay through every clean-up: one marker file for each, named by the id. */
export class Pins {
  readonly #markers: MarkerFiles;

  constructor(folder: string, files: FileOperations) {
    this.#markers = new MarkerFiles(folder, files, { create: "pin a record with", remove: "remove the pin" });
  }

  has(id: string): boolean {
    return this.#markers.has(id);
  }

  /** Every pinned id. */
  all(): Set<string> {
    return new Set(this.#markers.names());
  }

  /** @throws STORAGE_FAILED */
  add(id: string): void {
    this.#markers.create(id);
  }

  /** @throws STORAGE_FAILED */
  remove(id: string): void {
    this.#markers.remove(id);
  }
}
