import { storageFailed } from "@codo/ollama-node-kit";
import { makePause } from "../files/pause.js";
import type { Pins } from "../records/pins.js";
import type { StoredRecord } from "../records/stored-record.js";
import type { IndexKeeper } from "./index-keeper.js";
import type { RecordWriter } from "./record-writer.js";

/** What a record is saved with. */
export interface RecordSaverParts {
  /** The folder of the store, for errors. */
  base: string;
  writer: RecordWriter;
  keeper: IndexKeeper;
  pins: Pins;
}

/** Saves records one after the other: the index before, the pin, the record, the index after. */
export class RecordSaver {
  readonly #parts: RecordSaverParts;
  readonly #pause = makePause();

  constructor(parts: RecordSaverParts) {
    this.#parts = parts;
  }

  /** Saves a record and gives its file's path. @throws STORAGE_FAILED, INVALID_REQUEST */
  async save(record: StoredRecord, { pinned = false }: { pinned?: boolean | undefined }): Promise<string> {
    const { base, writer, keeper, pins } = this.#parts;
    // A save is synchronous inside: a loop of saves would let nothing else in the process go on.
    await this.#pause();
    try {
      keeper.beforeSave();
    } catch (error) {
      throw storageFailed("save into", base, { cause: error });
    }
    // The pin comes first: a clean-up in between must already see it.
    const path = await writer.save(record, pinned ? (id) => pins.add(id) : undefined);
    keeper.afterChange();
    return path;
  }
}
