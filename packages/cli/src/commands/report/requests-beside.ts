import { lstatSync } from "node:fs";
import { basename, join } from "node:path";
import type { BenchReport } from "@codo/ollama-bench";
import { sanitize } from "../../terminal/sanitize.js";
import type { Terminal } from "../../terminal/terminal.js";

/**
 * The file with the requests of a report, which may come from anybody: by its plain name in the folder of the report,
 * wherever the report says that it is, and no link. Reports where there is none.
 */
export function requestsBeside(
  { requestsFile }: BenchReport,
  folder: string,
  terminal: Pick<Terminal, "warn">,
): string | undefined {
  if (requestsFile === undefined) return undefined;
  const file = join(folder, basename(requestsFile));
  if (lstatSync(file, { throwIfNoEntry: false })?.isFile() === true) return file;
  terminal.warn(
    sanitize(
      `The page has no requests in time: the requests of the report (${requestsFile}) are read from ${file}, and there is no regular file. Copy it there.`,
    ),
  );
  return undefined;
}
