import { resolve } from "node:path";
import type { IgnoredSetting } from "../portable/python-format.js";
import { type ConfigChange, diffSettings } from "../portable/settings-diff.js";
import { assertNoProblems } from "./assert-no-problems.js";
import type { ChangeTarget, ConfigState } from "./config-state.js";
import { asSettingChanges } from "./plan-changes.js";

/** What an import would do. */
export interface ImportPreview {
  changes: ConfigChange[];
  ignored: IgnoredSetting[];
}

/** Writes what the files of a loaded state set. @throws OllamaError `STORAGE_FAILED` */
export async function exportSettings(
  state: ConfigState,
  path: string,
  { includeSecrets = false, now }: { includeSecrets?: boolean; now: Date },
): Promise<void> {
  const { toExport } = await import("../portable/export-format.js");
  const { writeExport } = await import("../portable/write-export.js");
  await writeExport(resolve(state.cwd, path), toExport(state.fileSettings, { includeSecrets, now }));
}

/** Takes over what another file sets, all of it or nothing. @throws OllamaError `INVALID_CONFIG`, `STORAGE_FAILED` */
export async function importSettings(
  state: ConfigState,
  path: string,
  options: ChangeTarget & { dryRun?: boolean },
): Promise<ImportPreview> {
  const { readPortableFile } = await import("../portable/read-portable-file.js");
  const { settings: incoming, ignored } = await readPortableFile(resolve(state.cwd, path));
  assertNoProblems(incoming);
  let changes: ConfigChange[] = [];
  if (options.dryRun) {
    const current = await (await state.file(options)).read();
    changes = diffSettings(current?.settings ?? {}, incoming);
  } else {
    await state.change((settings) => {
      changes = diffSettings(settings, incoming);
      return asSettingChanges(changes);
    }, options);
  }
  return { changes, ignored };
}
