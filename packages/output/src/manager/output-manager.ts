import { resolve } from "node:path";
import type { ModelExecutionResult } from "@codo/ollama-core";
import { type FileOperations, nodeFiles } from "../files/file-operations.js";
import { storageFailed } from "../files/storage-error.js";
import { type IndexPaths, indexPaths } from "../index/index-paths.js";
import { LiveIndex } from "../index/live-index.js";
import { LogWriter } from "../index/log-writer.js";
import { locateRecord, readRecord, type SavedOutput, toSavedOutput } from "../listing/get-output.js";
import { type ListQuery, listOutputs, type OutputPage } from "../listing/list-outputs.js";
import { Pins } from "../records/pins.js";
import {
  batchRecord,
  documentRecord,
  outputRecord,
  type RecordContext,
  resultRecord,
  type SaveOptions,
} from "../records/record-builders.js";
import { RecordWriter } from "../records/record-writer.js";
import type { StoredRecord } from "../records/stored-record.js";

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
  readonly #paths: IndexPaths;
  readonly #log: LogWriter;
  readonly #writer: RecordWriter;
  readonly #index: LiveIndex;
  readonly #pins: Pins;

  /** Nothing is read or made before it is needed. */
  constructor(baseOutputDir = "./ollama_outputs", options: OutputManagerOptions = {}) {
    const files = options.files ?? nodeFiles;
    this.baseOutputDir = resolve(baseOutputDir);
    this.#clock = options.clock ?? Date.now;
    this.#paths = indexPaths(this.baseOutputDir);
    this.#log = new LogWriter(this.#paths, files);
    this.#writer = new RecordWriter(this.#paths, files, this.#log, options.fsync ?? false);
    this.#index = new LiveIndex(this.#paths);
    this.#pins = new Pins(this.#paths.pins, files);
  }

  /** Saves a prompt and its response, and gives the file's path. @throws STORAGE_FAILED, INVALID_REQUEST */
  async saveModelOutput(
    modelName: string,
    prompt: string,
    response: string,
    metadata?: Record<string, unknown>,
    options: SaveOptions = {},
  ): Promise<string> {
    return this.#save(outputRecord({ modelName, prompt, response, metadata }, this.#context(options)), options);
  }

  /** Saves an execution under its own id, and gives the file's path. @throws STORAGE_FAILED, INVALID_REQUEST */
  async saveExecutionResult(result: ModelExecutionResult, options: SaveOptions = {}): Promise<string> {
    return this.#save(resultRecord(result, this.#context(options)), options);
  }

  /** Saves what a model was run with, as a snapshot with its time. @throws STORAGE_FAILED, INVALID_REQUEST */
  async saveModelConfig(
    modelName: string,
    config: Record<string, unknown>,
    options: SaveOptions = {},
  ): Promise<string> {
    return this.#save(documentRecord("config", config, { ...this.#context(options), modelName }), options);
  }

  /** The newest snapshot of a model's configuration; `null` when there is none. */
  async loadModelConfig(modelName: string): Promise<Record<string, unknown> | null> {
    const { items } = await this.listSavedOutputs({ model: modelName, kind: "config", limit: 1 });
    const [newest] = items;
    return newest === undefined ? null : ((await this.getOutput(newest.path))?.config ?? null);
  }

  /** Saves the results of a batch as one record. @throws STORAGE_FAILED, INVALID_REQUEST */
  async saveBatchResults(results: readonly ModelExecutionResult[], options: SaveOptions = {}): Promise<string> {
    return this.#save(batchRecord(results, this.#context(options)), options);
  }

  /** Saves a benchmark report. @throws STORAGE_FAILED, INVALID_REQUEST */
  async saveBenchmarkReport(benchmarkData: object, options: SaveOptions = {}): Promise<string> {
    const content = benchmarkData as Record<string, unknown>;
    return this.#save(documentRecord("benchmark", content, this.#context(options)), options);
  }

  /** Saves a comparison of models. @throws STORAGE_FAILED, INVALID_REQUEST */
  async saveModelComparison(comparisonData: object, options: SaveOptions = {}): Promise<string> {
    const content = comparisonData as Record<string, unknown>;
    return this.#save(documentRecord("comparison", content, this.#context(options)), options);
  }

  /** A page of what is saved, newest first: of one model, or by a query. @throws STORAGE_FAILED, INVALID_REQUEST */
  async listSavedOutputs(query: string | ListQuery = {}): Promise<OutputPage> {
    this.#refresh();
    return listOutputs(
      this.#index,
      this.#pins,
      this.baseOutputDir,
      typeof query === "string" ? { model: query } : query,
    );
  }

  /** A record with its whole content, by id or by the path of its file; `null` when it is not there. @throws SCHEMA_MISMATCH, STORAGE_FAILED */
  async getOutput(idOrPath: string): Promise<SavedOutput | null> {
    this.#refresh();
    const path = locateRecord(this.#index, this.baseOutputDir, idOrPath);
    const found = path === undefined ? undefined : readRecord(this.baseOutputDir, path);
    if (found === undefined) return null;
    return toSavedOutput(found.record, found.entry, this.baseOutputDir, this.#pins.has(found.entry.id));
  }

  /** Ends this writer's log. The store can be used again afterwards. */
  async close(): Promise<void> {
    this.#log.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #save(record: StoredRecord, options: SaveOptions): Promise<string> {
    // Before the record: a clean-up that comes in between must already see the pin.
    return this.#writer.save(record, options.pinned === true ? (id) => this.#pins.add(id) : undefined);
  }

  #context(options: SaveOptions): RecordContext {
    return { nowMs: this.#clock(), tags: options.tags };
  }

  #refresh(): void {
    try {
      this.#index.refresh();
    } catch (error) {
      throw storageFailed("read the index in", this.#paths.index, error);
    }
  }
}
