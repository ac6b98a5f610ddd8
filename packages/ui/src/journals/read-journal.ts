import { lstat, readdir } from "node:fs/promises";
import { basename, join } from "node:path";
import { OllamaError } from "@codo/ollama-contract";
import { readJournalLines } from "@codo/ollama-runner/batch-kit";

/** A file in the folder that is the journal of a batch. */
export interface JournalFile {
  name: string;
  sizeBytes: number;
  /** When it last grew, ISO 8601. */
  changedAt: string;
}

const MOST_FILES = 500;
/** How much of a file is looked at to see whether it is a journal: prompts for a batch end in `.jsonl` too. */
const FIRST_BYTES = 1024 * 1024;

/** The journals in a folder, the one that grew last first. */
export async function listJournals(folder: string): Promise<JournalFile[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith(".jsonl")).slice(0, MOST_FILES);
  const found = await Promise.all(names.map((name) => describeJournal(folder, name)));
  return found
    .filter((journal) => journal !== undefined)
    .sort((a, b) => (a.changedAt < b.changedAt ? 1 : a.changedAt > b.changedAt ? -1 : 0));
}

/** The path of a journal by its plain name; nothing outside the folder, and nothing that is no journal. @throws OllamaError `INVALID_REQUEST` */
export async function journalPath(folder: string, name: string): Promise<string> {
  const isPlain = name === basename(name) && name.endsWith(".jsonl");
  if (isPlain && (await describeJournal(folder, name)) !== undefined) return join(folder, name);
  throw new OllamaError("INVALID_REQUEST", `There is no journal "${name}" in ${folder}.`);
}

async function describeJournal(folder: string, name: string): Promise<JournalFile | undefined> {
  const path = join(folder, name);
  const file = await lstat(path).catch(() => undefined);
  if (file?.isFile() !== true) return undefined;
  return (await hasLine(path)) ? { name, sizeBytes: file.size, changedAt: file.mtime.toISOString() } : undefined;
}

async function hasLine(path: string): Promise<boolean> {
  try {
    for await (const _line of readJournalLines(path, { to: FIRST_BYTES })) return true;
  } catch {
    // A file that cannot be read, or that another program made UTF-16 of, is none to list.
    return false;
  }
  return false;
}
