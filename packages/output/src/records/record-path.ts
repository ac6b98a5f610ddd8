import { lstatSync } from "node:fs";
import { join, posix } from "node:path";
import { errorCode } from "@codo/ollama-node-kit";
import { isOwnFolder } from "../files/own-folder.js";
import { modelFolder } from "./model-folder.js";
import { RECORD_KINDS } from "./record-kind.js";
import type { RecordHead } from "./stored-record.js";

/** A record's file, as far as its path says. */
export interface RecordFile {
  id: string;
  /** Relative to the base folder, with `/`. */
  path: string;
  createdMs: number;
  /** The folder of its kind. */
  folder: string;
}

const FILE_NAME = String.raw`(\d\d)-(\d\d)-(\d\d\.\d{3})-([0-7][0-9A-HJKMNP-TV-Z]{25})\.json`;
/** What {@link modelFolder} makes: no dot at either end, and nothing that a file system takes for a separator. */
const MODEL_FOLDER = String.raw`[\w%@+~-](?:[\w.%@+~-]*[\w%@+~-])?`;

const RECORD_FILE = new RegExp(`^${FILE_NAME}$`);
const RECORD_PATH = new RegExp(String.raw`^(${kindFolders().join("|")})/(\d{4})/(\d\d)/(\d\d)/${FILE_NAME}$`);

/** Where a record lies below the base folder, with `/`: `outputs/<model>/<yyyy>/<mm>/<dd>/<time>-<ulid>.json`, UTC. */
export function recordPath(head: RecordHead): string {
  const { folder, perModel } = RECORD_KINDS[head.kind];
  const [date = "", time = ""] = new Date(head.createdAt).toISOString().split("T");
  const file = `${time.slice(0, 12).replaceAll(":", "-")}-${head.id}.json`;
  return posix.join(folder, perModel ? modelFolder(head.modelName ?? "") : "", ...date.split("-"), file);
}

/** The id in the name of a record file; `undefined` for any other file. */
export function idOfRecordFile(fileName: string): string | undefined {
  return RECORD_FILE.exec(fileName)?.[4];
}

/**
 * What the path of a record says; `undefined` for any path that {@link recordPath} would not give. Whatever a file, a
 * log or a caller names as a record's path goes through here, so none of it can lead out of the base folder.
 */
export function recordFileOf(path: string): RecordFile | undefined {
  const match = RECORD_PATH.exec(path);
  if (match === null) return undefined;
  const [, kindFolder = "", year, month, day, hour, minute, second, id = ""] = match;
  const createdMs = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  if (Number.isNaN(createdMs)) return undefined;
  const kind = Object.values(RECORD_KINDS).find(({ folder }) => `${kindFolder}/`.startsWith(`${folder}/`));
  return kind === undefined ? undefined : { id, path, createdMs, folder: kind.folder };
}

/**
 * Where a record's file is, absolute: only if it is there, is a file itself, and no link leads to it. Nothing of a store
 * is read or removed at another place. `known` as for {@link isOwnFolder}.
 */
export function findRecordFile(base: string, path: string, known?: Set<string>): string | undefined {
  if (recordFileOf(path) === undefined || !isOwnFolder(base, posix.dirname(path), known)) return undefined;
  const absolute = join(base, path);
  try {
    return lstatSync(absolute).isFile() ? absolute : undefined;
  } catch (error) {
    if (errorCode(error) === "ENOENT" || errorCode(error) === "ENOTDIR") return undefined;
    throw error;
  }
}

function kindFolders(): string[] {
  const kinds = Object.values(RECORD_KINDS);
  return [...new Set(kinds.map(({ folder, perModel }) => (perModel ? `${folder}/${MODEL_FOLDER}` : folder)))];
}
