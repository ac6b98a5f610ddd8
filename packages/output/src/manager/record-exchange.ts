import { compileFilter } from "../entries/entry-filter.js";
import type { IndexEntry } from "../entries/index-entry.js";
import { EXPORT_WRITERS, type ExportFormat, exportFormatOf } from "../exchange/export-format.js";
import { type ExportOptions, type ExportSummary, exportRecords, writeExport } from "../exchange/export-outputs.js";
import { type ImportItems, type ImportSummary, importRecords } from "../exchange/import-records.js";
import type { FileOperations } from "../files/file-operations.js";
import { makePause } from "../files/pause.js";
import type { Pins } from "../records/pins.js";
import { RECORD_KINDS, type RecordKind } from "../records/record-kind.js";
import type { IndexKeeper } from "./index-keeper.js";
import type { RecordSaver } from "./record-saver.js";

const ALL_KINDS = Object.keys(RECORD_KINDS) as RecordKind[];

/** What records go out of a store with, and come into it. */
export interface RecordExchangeInit {
  base: string;
  files: FileOperations;
  keeper: IndexKeeper;
  saver: RecordSaver;
  pins: Pins;
}

/** Takes records out of a store and brings them into it, whole. */
export class RecordExchange {
  readonly #init: RecordExchangeInit;

  constructor(init: RecordExchangeInit) {
    this.#init = init;
  }

  async exportToFile(path: string, options: ExportOptions): Promise<ExportSummary> {
    const { base, files } = this.#init;
    const format = exportFormatOf(path, options.format);
    const { entries, pinned } = await this.#chosen(options);
    const context = { files, pause: makePause() };
    const summary = await writeExport(path, format, exportRecords(base, entries, pinned), context);
    return { ...summary, unreadable: entries.length - summary.records };
  }

  async *exportText(options: ExportOptions & { format: ExportFormat }): AsyncGenerator<string, void, undefined> {
    const writer = EXPORT_WRITERS[exportFormatOf("", options.format)];
    const { entries, pinned } = await this.#chosen(options);
    const pause = makePause();
    if (writer.head !== "") yield writer.head;
    for (const item of exportRecords(this.#init.base, entries, pinned)) {
      await pause();
      yield writer.render(item);
    }
  }

  async import(items: ImportItems): Promise<ImportSummary> {
    const { base, saver } = this.#init;
    return importRecords(items, base, ({ record, pinned }) => saver.save(record, { pinned }));
  }

  async #chosen(options: ExportOptions): Promise<{ entries: IndexEntry[]; pinned: Set<string> }> {
    const { keeper, pins } = this.#init;
    const filter = compileFilter({ kind: ALL_KINDS, ...options });
    const entries = await keeper.ask((index) => [...index.newestFirst(filter)]);
    return { entries, pinned: pins.all() };
  }
}
