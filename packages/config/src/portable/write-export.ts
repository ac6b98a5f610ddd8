import { LockedTextFile } from "../storage/locked-text-file.js";
import { hasSecret } from "../storage/settings-file.js";
import type { ExportedConfig } from "./export-format.js";

/**
 * Writes an export atomically; only the owner may read it when it holds a secret. A device or a pipe, such as
 * `/dev/stdout`, is written to. @throws OllamaError `STORAGE_FAILED`
 */
export async function writeExport(file: string, exported: ExportedConfig): Promise<void> {
  const target = new LockedTextFile(file, { isSecret: () => hasSecret(exported.settings), special: "write" });
  await target.locked(() => target.write(`${JSON.stringify(exported, null, 2)}\n`));
}
