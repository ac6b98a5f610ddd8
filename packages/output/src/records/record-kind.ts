/** What a record is: the folder it lies in, and whether that folder has one subfolder for each model. */
export const RECORD_KINDS: Readonly<Record<RecordKind, { folder: string; perModel: boolean }>> = {
  /** A prompt and its response, saved by `saveModelOutput`. */
  output: { folder: "outputs", perModel: true },
  /** A whole execution, saved by `saveExecutionResult`. */
  result: { folder: "outputs", perModel: true },
  batch: { folder: "batches", perModel: false },
  benchmark: { folder: "reports/benchmarks", perModel: false },
  comparison: { folder: "reports/comparisons", perModel: false },
  /** A snapshot of what a model was run with. */
  config: { folder: "configs", perModel: true },
};

/** The kind of a saved record. */
export type RecordKind = "output" | "result" | "batch" | "benchmark" | "comparison" | "config";

/** Every folder below the base that holds records. */
export const RECORD_FOLDERS: readonly string[] = [
  ...new Set(Object.values(RECORD_KINDS).map((kind): string => kind.folder)),
];

/** Whether a value names a {@link RecordKind}. */
export function isRecordKind(value: unknown): value is RecordKind {
  return typeof value === "string" && Object.hasOwn(RECORD_KINDS, value);
}
