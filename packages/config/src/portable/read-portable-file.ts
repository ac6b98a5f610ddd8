import { readSettingsText } from "../storage/read-settings-text.js";
import { readPortable } from "./export-format.js";
import type { PortableSettings } from "./python-format.js";

/** Reads an export, a configuration or a file of the Python module. @throws OllamaError `STORAGE_FAILED`, `INVALID_CONFIG` */
export async function readPortableFile(file: string): Promise<PortableSettings> {
  return readPortable(await readSettingsText(file), file);
}
