import { posix } from "node:path";
import { modelFolder } from "./model-folder.js";
import { RECORD_KINDS } from "./record-kind.js";
import type { RecordHead } from "./stored-record.js";

const RECORD_FILE = /^\d\d-\d\d-\d\d\.\d{3}-([0-9A-HJKMNP-TV-Z]{26})\.json$/;

/** Where a record lies below the base folder, with `/`: `outputs/<model>/<yyyy>/<mm>/<dd>/<time>-<ulid>.json`, UTC. */
export function recordPath(head: RecordHead): string {
  const { folder, perModel } = RECORD_KINDS[head.kind];
  const [date = "", time = ""] = new Date(head.createdAt).toISOString().split("T");
  const file = `${time.slice(0, 12).replaceAll(":", "-")}-${head.id}.json`;
  return posix.join(folder, perModel ? modelFolder(head.modelName ?? "") : "", ...date.split("-"), file);
}

/** The id in the name of a record file; `undefined` for any other file. */
export function idOfRecordFile(fileName: string): string | undefined {
  return RECORD_FILE.exec(fileName)?.[1];
}
