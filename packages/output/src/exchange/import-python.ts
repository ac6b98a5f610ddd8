import { type Dirent, readdirSync, readFileSync, statSync } from "node:fs";
import { basename, dirname, extname, join, relative, sep } from "node:path";
import { decodeText, errorCode, storageFailed } from "@codo/ollama-node-kit";
import { readRegularFile } from "../files/regular-file.js";
import { batchRecord, documentRecord, outputRecord, resultRecord } from "../records/record-builders.js";
import { idOfRecordFile } from "../records/record-path.js";
import { isObject, type StoredRecord } from "../records/stored-record.js";
import { contentId } from "./content-id.js";
import type { ImportItem } from "./import-records.js";
import { fromPythonResult, isPythonResult, pythonTimeMs } from "./python-result.js";
import { parsePythonText } from "./python-text-output.js";

const METADATA_SUFFIX = "_metadata.json";

/**
 * The records in a file or folder that the Python module wrote: results, batches, text outputs with their metadata,
 * configurations, benchmark reports and comparisons. @throws STORAGE_FAILED when the folder cannot be read
 */
export function* readPythonOutputs(root: string, nowMs: number): Generator<ImportItem> {
  for (const path of filesBelow(root)) {
    const name = basename(path);
    if (name.endsWith(METADATA_SUFFIX) || idOfRecordFile(name) !== undefined) continue;
    const extension = extname(name).toLowerCase();
    if (extension !== ".json" && extension !== ".txt") continue;
    try {
      const record = extension === ".txt" ? recordOfText(path, nowMs) : recordOfJson(path, root, nowMs);
      yield record === undefined
        ? { source: path, reason: "it is no file of the Python module" }
        : { record, pinned: false };
    } catch (error) {
      yield { source: path, reason: error instanceof Error ? error.message : String(error) };
    }
  }
}

function recordOfText(path: string, nowMs: number): StoredRecord | undefined {
  const text = decodeText(readFileSync(path), path);
  const parsed = parsePythonText(text);
  if (parsed === undefined) return undefined;
  const { timestamp, executionTime, prompt, response } = parsed;
  const createdMs = pythonTimeMs(timestamp, statSync(path).mtimeMs);
  const modelName = parsed.modelName ?? basename(dirname(path));
  const metadata = {
    ...metadataBeside(path),
    ...(executionTime === undefined ? {} : { executionTime }),
    createdAt: new Date(createdMs).toISOString(),
  };
  const record = outputRecord({ modelName, prompt, response, metadata }, { nowMs });
  return withId(record, contentId(createdMs, text));
}

function recordOfJson(path: string, root: string, nowMs: number): StoredRecord | undefined {
  const text = decodeText(readFileSync(path), path);
  const value: unknown = JSON.parse(text);
  if (!isObject(value)) return undefined;
  const createdMs = pythonTimeMs(value.timestamp ?? value.created_at ?? value.saved_at, statSync(path).mtimeMs);
  const context = { nowMs: createdMs };
  const saved = new Date(nowMs).toISOString();
  const finish = (record: StoredRecord): StoredRecord => {
    const identified = withId(record, contentId(createdMs, text));
    return { ...identified, record: { ...identified.record, savedAt: saved } };
  };
  if (isPythonResult(value)) return resultRecord(fromPythonResult(value, createdMs), { nowMs });
  if (Array.isArray(value.results) && value.results.every(isPythonResult) && "batch_name" in value) {
    const results = value.results.filter(isObject).map((result) => fromPythonResult(result, createdMs));
    const record = batchRecord(results, context);
    return finish({ ...record, batchName: value.batch_name });
  }
  const place = `/${relative(root, path).split(sep).join("/")}`;
  if (place.includes("/benchmarks/")) return finish(documentRecord("benchmark", value, context));
  if (place.includes("/comparisons/")) return finish(documentRecord("comparison", value, context));
  if (isObject(value.configuration) || place.includes("/configs/")) {
    const modelName = typeof value.model_name === "string" ? value.model_name : basename(dirname(path));
    const config = isObject(value.configuration) ? value.configuration : isObject(value.config) ? value.config : value;
    return finish(documentRecord("config", config, { ...context, modelName }));
  }
  return undefined;
}

function withId(record: StoredRecord, id: string): StoredRecord {
  return { ...record, record: { ...record.record, id } };
}

function metadataBeside(path: string): Record<string, unknown> {
  try {
    const file = path.slice(0, -extname(path).length) + METADATA_SUFFIX;
    const value: unknown = JSON.parse(decodeText(readRegularFile(file), file));
    return isObject(value) ? value : {};
  } catch (error) {
    if (errorCode(error) === "ENOENT") return {};
    throw error;
  }
}

function* filesBelow(path: string): Generator<string> {
  let items: Dirent[];
  try {
    if (statSync(path).isFile()) {
      yield path;
      return;
    }
    items = readdirSync(path, { withFileTypes: true });
  } catch (error) {
    throw storageFailed("read the import from", path, { cause: error });
  }
  for (const item of items.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    if (item.name.startsWith(".")) continue;
    if (item.isDirectory() || item.isFile()) yield* filesBelow(join(path, item.name));
  }
}
