import { randomBytes } from "node:crypto";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { OllamaError } from "@codo/ollama-contract";
import { errorCode } from "@codo/ollama-node-kit";
import type { FileOperations } from "../files/file-operations.js";
import { giveName } from "../files/give-name.js";
import { NOT_A_FILE, readRegularFile } from "../files/regular-file.js";
import { isObject } from "../records/stored-record.js";
import type { IndexPaths } from "./index-paths.js";
import { checksumOf } from "./log-line.js";
import { isLogFile, OWNER_PREFIX } from "./log-owner.js";

/** A segment as a manifest names it. */
export interface SegmentInfo {
  /** File name in the segment folder. */
  name: string;
  docs: number;
  sizeBytes: number;
  /** File name of the list of documents that are gone, where there are any. */
  deletedName?: string;
  /** CRC-32 of that list. */
  deletedChecksum?: number;
}

/** The format of an index that this package writes; it reads the first one too, which had no checksums. */
export const MANIFEST_VERSION = 2;

/** One state of the index: which segments count, and how much of each log they hold already. */
export interface Manifest {
  version: typeof MANIFEST_VERSION;
  generation: number;
  segments: SegmentInfo[];
  consumed: Record<string, number>;
}

const MANIFEST_FILE = /^(\d{12})\.json$/;
const SEGMENT_FILE = /^[0-9a-f]{20}\.segment$/;
const DELETED_FILE = /^[0-9a-f]{20}\.deleted$/;

/** The state of an index that holds nothing. */
export const EMPTY_MANIFEST: Readonly<Manifest> = {
  version: MANIFEST_VERSION,
  generation: 0,
  segments: [],
  consumed: {},
};

/**
 * The newest manifest that can be read, or `undefined` when there is none.
 * @throws SCHEMA_MISMATCH when a later version of this package has written it: then nothing is touched
 */
export function readManifest(paths: IndexPaths): Manifest | undefined {
  for (const generation of generations(paths)) {
    try {
      const manifest = decodeManifest(readRegularFile(manifestPath(paths, generation)).toString("utf8"));
      if (manifest?.generation === generation) return manifest;
    } catch (error) {
      // Unreadable, or replaced in this moment: an older or a newer one is right.
      const isPassedOver = ["ENOENT", NOT_A_FILE].includes(errorCode(error) ?? "") || error instanceof SyntaxError;
      if (!isPassedOver) throw error;
    }
  }
  return undefined;
}

/** The newest generation there is, readable or not; 0 without any. */
export function newestGeneration(paths: IndexPaths): number {
  return generations(paths)[0] ?? 0;
}

/**
 * Makes a manifest the newest, unless another process has taken its generation: then nothing changes and the answer is
 * `false`. A name can be given only once, which makes this a compare-and-swap without a lock.
 */
export function commitManifest(paths: IndexPaths, manifest: Manifest, files: FileOperations): boolean {
  const temporary = join(paths.temporary, `${OWNER_PREFIX}${randomBytes(5).toString("hex")}.manifest`);
  files.makeFolder(paths.manifests);
  // That these folders are there is part of the format: one that is gone has taken lines with it.
  for (const folder of [paths.temporary, paths.logs, paths.lengths]) files.makeFolder(folder);
  files.create(temporary, encodeManifest(manifest));
  try {
    if (!giveName(files, temporary, manifestPath(paths, manifest.generation), paths.temporary)) return false;
  } catch (error) {
    removeIfThere(temporary, files);
    throw error;
  }
  for (const old of generations(paths).filter((generation) => generation < manifest.generation - 1)) {
    removeIfThere(manifestPath(paths, old), files);
  }
  return true;
}

/** Whether a file in the folder of the segments is one of ours. */
export function isSegmentFile(fileName: string): boolean {
  return SEGMENT_FILE.test(fileName) || DELETED_FILE.test(fileName);
}

/** Removes a file of the index; one that another process removed first is as good. */
export function removeIfThere(path: string, files: FileOperations): void {
  try {
    files.remove(path);
  } catch (error) {
    if (!["ENOENT", "EPERM", "EBUSY", "EACCES"].includes(errorCode(error) ?? "")) throw error;
  }
}

function generations(paths: IndexPaths): number[] {
  let names: string[];
  try {
    names = readdirSync(paths.manifests);
  } catch (error) {
    if (errorCode(error) === "ENOENT") return [];
    throw error;
  }
  return names
    .flatMap((name) => MANIFEST_FILE.exec(name)?.[1] ?? [])
    .map(Number)
    .sort((a, b) => b - a);
}

function manifestPath(paths: IndexPaths, generation: number): string {
  return join(paths.manifests, `${String(generation).padStart(12, "0")}.json`);
}

/** JSON whose last field is the CRC-32 of what stands before it. Every later format must keep to that, and to `version`. */
function encodeManifest(manifest: Manifest): string {
  const body = JSON.stringify(manifest).slice(0, -1);
  return `${body},"checksum":"${checksumOf(body)}"}`;
}

const WITH_CHECKSUM = /^(.*),"checksum":"([0-9a-f]{8})"\}$/s;

/** @throws SCHEMA_MISMATCH, and SyntaxError for what is no JSON */
function decodeManifest(text: string): Manifest | undefined {
  const value: unknown = JSON.parse(text);
  if (!isObject(value)) return undefined;
  const [, body, checksum] = WITH_CHECKSUM.exec(text) ?? [];
  const isSound = body !== undefined && checksumOf(body) === checksum;
  if (isNewer(value, isSound)) throw newerFormat(value.version);
  const isFirstFormat = value.version === 1 && !("checksum" in value);
  if (!isFirstFormat && !(isSound && value.version === MANIFEST_VERSION)) return undefined;
  const { checksum: _checksum, ...fields } = value;
  const manifest = { ...fields, version: MANIFEST_VERSION };
  return isManifest(manifest) ? manifest : undefined;
}

/** A damaged byte must not pass for a later format: without a right checksum only what one byte cannot make counts. */
function isNewer(value: Record<string, unknown>, isSound: boolean): boolean {
  const { version } = value;
  if (!Number.isSafeInteger(version) || Number(version) <= MANIFEST_VERSION) return false;
  return isSound || !("checksum" in value) || Number(version) > 9;
}

function newerFormat(version: unknown): OllamaError {
  const message = `The store was written by a later version of codo: its index has format ${String(version)}, and ${MANIFEST_VERSION} is known. Nothing was changed. Update codo, or choose another output folder.`;
  return new OllamaError("SCHEMA_MISMATCH", message, { details: { version, known: MANIFEST_VERSION } });
}

/** Every name in it becomes a path, so each must be one that this store gives. */
function isManifest(value: unknown): value is Manifest {
  if (
    !isObject(value) ||
    value.version !== MANIFEST_VERSION ||
    !Array.isArray(value.segments) ||
    !isObject(value.consumed)
  ) {
    return false;
  }
  const consumed = Object.entries(value.consumed);
  return value.segments.every(isSegmentInfo) && consumed.every(([name, end]) => isLogFile(name) && isCount(end));
}

function isSegmentInfo(value: unknown): value is SegmentInfo {
  if (!isObject(value)) return false;
  const { name, docs, sizeBytes, deletedName, deletedChecksum } = value;
  const isNamed = typeof name === "string" && SEGMENT_FILE.test(name);
  const isDeletedNamed =
    deletedName === undefined || (typeof deletedName === "string" && DELETED_FILE.test(deletedName));
  if (deletedChecksum !== undefined && !isCount(deletedChecksum)) return false;
  return isNamed && isDeletedNamed && isCount(docs) && isCount(sizeBytes);
}

function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}
