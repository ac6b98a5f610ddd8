import { type Dirent, readdirSync } from "node:fs";
import { join, posix } from "node:path";
import { errorCode } from "@codo/ollama-node-kit";
import { isOwnFolder } from "../files/own-folder.js";
import { RECORD_FOLDERS } from "./record-kind.js";
import { type RecordFile, recordFileOf } from "./record-path.js";

/** Every record file of a store, in no order. Links are not followed, and what is no record is passed over. */
export async function walkRecords(base: string, pause: () => Promise<void>): Promise<RecordFile[]> {
  const found: RecordFile[] = [];
  const open = RECORD_FOLDERS.filter((folder) => isOwnFolder(base, folder));
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

function itemsOf(folder: string): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch (error) {
    if (errorCode(error) === "ENOENT") return [];
    throw error;
  }
}
