import { type Dirent, readdirSync } from "node:fs";
import { join, posix } from "node:path";
import { RECORD_FOLDERS } from "../records/record-kind.js";
import { idOfRecordFile } from "../records/record-path.js";
import { errorCode } from "./storage-error.js";

/** A record's file, as far as its name tells. */
export interface RecordFile {
  id: string;
  /** Relative to the base folder, with `/`. */
  path: string;
  createdMs: number;
}

const IN_DAY = /(?:^|\/)(\d{4})\/(\d\d)\/(\d\d)\/(\d\d)-(\d\d)-(\d\d)\.(\d{3})-[^/]+$/;

/** Every record file of a store, in no order. Links are not followed, and what is no record is passed over. */
export async function walkRecords(base: string, pause: () => Promise<void>): Promise<RecordFile[]> {
  const found: RecordFile[] = [];
  const open = [...RECORD_FOLDERS];
  for (let folder = open.pop(); folder !== undefined; folder = open.pop()) {
    await pause();
    for (const item of itemsOf(join(base, folder))) {
      const path = posix.join(folder, item.name);
      if (item.isDirectory()) open.push(path);
      else if (item.isFile()) {
        const file = recordFileOf(path);
        if (file !== undefined) found.push(file);
      }
    }
  }
  return found;
}

/** What the path of a record's file tells; `undefined` for any other file. */
export function recordFileOf(path: string): RecordFile | undefined {
  const id = idOfRecordFile(posix.basename(path));
  const match = IN_DAY.exec(path);
  if (id === undefined || match === null) return undefined;
  const [, year, month, day, hour, minute, second, ms] = match;
  const createdMs = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}.${ms}Z`);
  return Number.isNaN(createdMs) ? undefined : { id, path, createdMs };
}

function itemsOf(folder: string): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch (error) {
    if (errorCode(error) === "ENOENT") return [];
    throw error;
  }
}
