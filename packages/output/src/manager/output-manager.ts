import { resolve } from "node:path";
import { type ModelExecutionResult, OllamaError } from "@codo/ollama-contract";
import type { IndexEntry } from "../entries/index-entry.js";
import { readRecord } from "../entries/read-record.js";
import type { ExportFormat } from "../exchange/export-format.js";
import type { ExportOptions, ExportSummary } from "../exchange/export-outputs.js";
import { readJsonl } from "../exchange/import-jsonl.js";
import { readPythonOutputs } from "../exchange/import-python.js";
import type { ImportSummary } from "../exchange/import-records.js";
import { type FileOperations, nodeFiles } from "../files/file-operations.js";
import { indexPaths } from "../index/index-paths.js";
import { LogWriter } from "../index/log-writer.js";
import type { RebuildSummary } from "../index/rebuild.js";
import { type ListQuery, listOutputs, type OutputPage } from "../listing/list-outputs.js";
import { pathOfRecord, type SavedOutput, toSavedOutput } from "../listing/saved-output.js";
import { Pins } from "../records/pins.js";
import {
  batchRecord,
  documentRecord,
  outputRecord,
  type RecordContext,
  resultRecord,
  type SaveOptions,
} from "../records/record-builders.js";
import { isRecordId } from "../records/record-id.js";
import { findRecordFile, recordFileOf } from "../records/record-path.js";
import type { StoredRecord } from "../records/stored-record.js";
import { changedTags, type TagChange } from "../records/tag-change.js";
import type { TagChanges } from "../records/tag-changes.js";
import type { RetentionSummary } from "../retention/apply-retention.js";
import { RecordRemover, type RemovableRecord } from "../retention/remove-records.js";
import type { RetentionPolicy } from "../retention/retention-policy.js";
import { OutputSearch, type SearchOptions, type SearchPage } from "../search/search-outputs.js";
import { countOutputs, type OutputStats } from "../stats/output-stats.js";
import { IndexKeeper } from "./index-keeper.js";
import { RecordCleaner } from "./record-cleaner.js";
import { RecordExchange } from "./record-exchange.js";
import { RecordSaver } from "./record-saver.js";
import { RecordWriter } from "./record-writer.js";

/** How a store works. */
export interface OutputManagerOptions {
  /** Gives the time in milliseconds since 1970. @defaultValue Date.now */
  clock?: () => number;
  /**
   * Whether a save waits until the disk has it. Without it a save survives the end of its process in every way, but not
   * a power failure within the next seconds. @defaultValue false
   */
  fsync?: boolean;
  /** The file operations to change the store with. @defaultValue those of the real file system */
  files?: FileOperations;
}

/**
 * Keeps model results: one readable file for each, which is the truth, and an index made from them. Any number of
 * processes may use one folder at once.
 */
export class OutputManager {
  /** The folder of the store, absolute. */
  readonly baseOutputDir: string;
  readonly #clock: () => number;
  readonly #log: LogWriter;
  readonly #saver: RecordSaver;
  readonly #exchange: RecordExchange;
  readonly #keeper: IndexKeeper;
  readonly #cleaner: RecordCleaner;
  readonly #search: OutputSearch;
  readonly #pins: Pins;

  /** Nothing is read or made before it is needed. */
  constructor(baseOutputDir = "./ollama_outputs", options: OutputManagerOptions = {}) {
    const files = options.files ?? nodeFiles;
    this.baseOutputDir = resolve(baseOutputDir);
    this.#clock = options.clock ?? Date.now;
    const paths = indexPaths(this.baseOutputDir);
    this.#log = new LogWriter(paths, files);
    this.#keeper = new IndexKeeper(paths, files, this.#log);
    this.#pins = new Pins(paths.pins, files);
    const writer = new RecordWriter(paths, files, this.#log, options.fsync ?? false);
    this.#saver = new RecordSaver({ base: this.baseOutputDir, writer, keeper: this.#keeper, pins: this.#pins });
    const base = this.baseOutputDir;
    const remover = new RecordRemover(base, files, this.#log);
    this.#cleaner = new RecordCleaner({ base, keeper: this.#keeper, remover, pins: this.#pins });
    this.#exchange = new RecordExchange({ base, files, keeper: this.#keeper, saver: this.#saver, pins: this.#pins });
    this.#search = new OutputSearch(this.#keeper.index, this.#pins, this.baseOutputDir);
  }

  /** Why the last merge of the index in the background failed, if it did; what was saved is safe all the same. */
  get lastError(): OllamaError | undefined {
    return this.#keeper.lastError;
  }

  /** Saves a prompt and its response, and gives the file's path. @throws STORAGE_FAILED, INVALID_REQUEST */
  async saveModelOutput(
    modelName: string,
    prompt: string,
    response: string,
    metadata?: Record<string, unknown>,
    options: SaveOptions = {},
  ): Promise<string> {
    return this.#saver.save(outputRecord({ modelName, prompt, response, metadata }, this.#context(options)), options);
  }

  /** Saves an execution under its own id, and gives the file's path. @throws STORAGE_FAILED, INVALID_REQUEST */
  async saveExecutionResult(result: ModelExecutionResult, options: SaveOptions = {}): Promise<string> {
    return this.#saver.save(resultRecord(result, this.#context(options)), options);
  }

  /** Saves what a model was run with, as a snapshot with its time. @throws STORAGE_FAILED, INVALID_REQUEST */
  async saveModelConfig(
    modelName: string,
    config: Record<string, unknown>,
    options: SaveOptions = {},
  ): Promise<string> {
    return this.#saver.save(documentRecord("config", config, { ...this.#context(options), modelName }), options);
  }

  /** The newest snapshot of a model's configuration; `null` when there is none. */
  async loadModelConfig(modelName: string): Promise<Record<string, unknown> | null> {
    const { items } = await this.listSavedOutputs({ model: modelName, kind: "config", limit: 1 });
    const [newest] = items;
    return newest === undefined ? null : ((await this.getOutput(newest.path))?.config ?? null);
  }

  /** Saves the results of a batch as one record. @throws STORAGE_FAILED, INVALID_REQUEST */
  async saveBatchResults(results: readonly ModelExecutionResult[], options: SaveOptions = {}): Promise<string> {
    return this.#saver.save(batchRecord(results, this.#context(options)), options);
  }

  /** Saves a benchmark report. @throws STORAGE_FAILED, INVALID_REQUEST */
  async saveBenchmarkReport(benchmarkData: object, options: SaveOptions = {}): Promise<string> {
    const content = benchmarkData as Record<string, unknown>;
    return this.#saver.save(documentRecord("benchmark", content, this.#context(options)), options);
  }

  /** Saves a comparison of models. @throws STORAGE_FAILED, INVALID_REQUEST */
  async saveModelComparison(comparisonData: object, options: SaveOptions = {}): Promise<string> {
    const content = comparisonData as Record<string, unknown>;
    return this.#saver.save(documentRecord("comparison", content, this.#context(options)), options);
  }

  /**
   * Tries out whether a save works, with a real one: a record is saved into the folder, read back and removed.
   * @throws STORAGE_FAILED with the reason when it does not
   */
  async testSave(): Promise<void> {
    const content = { modelName: "save test", tested: true };
    const path = await this.#saver.save(documentRecord("config", content, { ...this.#context({}), ...content }), {});
    const isKept = (await this.getOutput(path))?.config?.tested === true;
    if ((await this.deleteOutput(path)) && isKept) return;
    const message = `A record that was saved as ${path} could not be read back. Choose another output folder.`;
    throw new OllamaError("STORAGE_FAILED", message, { details: { path } });
  }

  /** A page of what is saved, newest first: of one model, or by a query. @throws STORAGE_FAILED, INVALID_REQUEST */
  async listSavedOutputs(query: string | ListQuery = {}): Promise<OutputPage> {
    const asked = typeof query === "string" ? { model: query } : query;
    return this.#keeper.ask((index) => listOutputs(index, this.#pins, this.baseOutputDir, asked));
  }

  /**
   * Searches prompts and responses: words that must all occur, `word*` for the beginning of a word, `"words in a row"`.
   * Ranked by BM25. @throws STORAGE_FAILED, INVALID_REQUEST
   */
  async searchOutputs(query: string, options: SearchOptions = {}): Promise<SearchPage> {
    return this.#keeper.ask(() => this.#search.search(query, options));
  }

  /** A record with its whole content, by id or by the path of its file; `null` when it is not there. @throws SCHEMA_MISMATCH, STORAGE_FAILED */
  async getOutput(idOrPath: string): Promise<SavedOutput | null> {
    const found = await this.#find(idOrPath);
    if (found === undefined) return null;
    const entry = this.#tags.applyTo(found.entry);
    return toSavedOutput(found.record, entry, this.baseOutputDir, this.#pins.has(entry.id));
  }

  /** Counts and bytes by kind, model and day. @throws STORAGE_FAILED */
  async getOutputStats(): Promise<OutputStats> {
    return this.#keeper.ask((index) => countOutputs(index, this.#pins.all()));
  }

  /** Removes a record, also a pinned one; `false` when it was not there. @throws STORAGE_FAILED */
  async deleteOutput(idOrPath: string): Promise<boolean> {
    const found = await this.#locate(idOrPath);
    if (found === undefined) return false;
    return this.#cleaner.remove(found);
  }

  /** Keeps a record through every clean-up, or no longer; `false` when it is not there. @throws STORAGE_FAILED */
  async pinOutput(idOrPath: string, pinned = true): Promise<boolean> {
    const found = await this.#locate(idOrPath);
    if (found === undefined) return false;
    if (pinned) this.#pins.add(found.id);
    else this.#pins.remove(found.id);
    return true;
  }

  /**
   * Changes the tags of a saved record, and gives those that it has then; `null` when it is not there. The record's
   * file stays as it was saved: tags that were added or removed since lie beside it, and every listing, search and
   * export follows them at once. Any number of processes may change the tags of one record at the same time.
   * @throws INVALID_REQUEST for an empty or very long tag, STORAGE_FAILED
   */
  async editTags(idOrPath: string, change: TagChange): Promise<string[] | null> {
    const found = await this.#find(idOrPath);
    if (found === undefined) return null;
    const { id, tags: own } = found.record.record;
    const { added, removed } = changedTags(this.#tags.tagsOf(id, own), change);
    for (const tag of added) this.#tags.add(id, tag, own);
    for (const tag of removed) this.#tags.remove(id, tag, own);
    this.#tags.refresh();
    return this.#tags.tagsOf(id, own);
  }

  /** Removes what is older than so many days, and gives the number. Pinned records stay. @throws STORAGE_FAILED, INVALID_REQUEST */
  async cleanupOldOutputs(daysOld = 30): Promise<number> {
    return (await this.applyRetention({ maxAgeDays: daysOld })).removed;
  }

  /** Removes what a policy does not keep, or with `dryRun` only lists it. Pinned records stay. @throws STORAGE_FAILED, INVALID_REQUEST */
  async applyRetention(policy: RetentionPolicy, options: { dryRun?: boolean } = {}): Promise<RetentionSummary> {
    return this.#cleaner.apply(policy, { isDryRun: options.dryRun === true, nowMs: this.#clock() });
  }

  /** Writes records to a file, oldest last, whole or not at all. Every kind unless a filter says otherwise. @throws STORAGE_FAILED, INVALID_REQUEST */
  async exportOutputs(exportPath: string, options: ExportOptions = {}): Promise<ExportSummary> {
    return this.#exchange.exportToFile(exportPath, options);
  }

  /**
   * The text of an export, a record at a time, for a stream; what is damaged is left out.
   * @throws STORAGE_FAILED, INVALID_REQUEST
   */
  exportText(options: ExportOptions & { format: ExportFormat }): AsyncGenerator<string, void, undefined> {
    return this.#exchange.exportText(options);
  }

  /**
   * Saves the records of a JSONL export as they were; those that are there already are passed over. A record whose id
   * another one has gets a new id, the same at every import.
   * @param path - the file; with `input` what errors call it
   * @param input - bytes to read in the file's place, such as the standard input
   * @throws STORAGE_FAILED, INVALID_REQUEST when it is no text (UTF-8, or UTF-16 with its mark)
   */
  async importOutputs(path: string, input?: AsyncIterable<Uint8Array>): Promise<ImportSummary> {
    return this.#exchange.import(readJsonl(path, input));
  }

  /** Saves what the Python module wrote, from a file or a folder; importing again changes nothing. @throws STORAGE_FAILED */
  async importPythonOutputs(path: string): Promise<ImportSummary> {
    return this.#exchange.import(readPythonOutputs(path, this.#clock()));
  }

  /** Rebuilds the index from the record files. Saves may go on meanwhile. @throws STORAGE_FAILED */
  async rebuildIndex(): Promise<RebuildSummary> {
    return this.#keeper.rebuild();
  }

  /** Ends this writer's log, and waits for work in the background. The store can be used again afterwards. */
  async close(): Promise<void> {
    await this.#keeper.close();
    this.#log.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #find(idOrPath: string): Promise<{ record: StoredRecord; entry: IndexEntry } | undefined> {
    const located = await this.#locate(idOrPath);
    // By a path the index is not asked, and so nothing was looked at.
    this.#tags.refresh();
    return located === undefined ? undefined : readRecord(this.baseOutputDir, located.path);
  }

  /** Where a record is: by its id through the index, or by the path of its file, which needs no index. */
  async #locate(idOrPath: string): Promise<RemovableRecord | undefined> {
    if (isRecordId(idOrPath)) return this.#keeper.ask((index) => index.find(idOrPath));
    const path = pathOfRecord(this.baseOutputDir, idOrPath);
    return path !== undefined && findRecordFile(this.baseOutputDir, path) !== undefined
      ? recordFileOf(path)
      : undefined;
  }

  get #tags(): TagChanges {
    return this.#keeper.index.tags;
  }

  #context(options: SaveOptions): RecordContext {
    return { nowMs: this.#clock(), tags: options.tags };
  }
}
