import type { ExecutionRequest, ModelExecutionResult } from "@codo/ollama-contract";
import { type FilePart, readFileLines } from "@codo/ollama-node-kit";

/** One line of a journal: a finished item and its result. */
export interface JournalLine {
  schemaVersion: 1;
  /** The item's id and the hash of its content; without an id, that hash and its occurrence number. */
  key: string;
  index: number;
  /** Model and options of the batch, by which a journal of another batch is recognised. */
  model: string;
  /** The digest of the model, where it was known. */
  modelDigest?: string;
  options: Record<string, unknown>;
  finishedAt: string;
  /** Items of the batch, where their number was known when it ran. */
  total?: number;
  /** What was sent, for an item that failed: it can be run again from the journal alone. */
  request?: ExecutionRequest;
  result: ModelExecutionResult;
}

/** How every line begins. A file that begins otherwise is no journal and is not touched. */
export const LINE_START = '{"schemaVersion":1,"key":';

/** A line as it is written, with its end. */
export function formatLine(line: JournalLine): string {
  const { schemaVersion, key, ...rest } = line;
  return `${JSON.stringify({ schemaVersion, key, ...rest })}\n`;
}

/** A line as it was written, and where it stands in the file, in bytes. */
export interface PlacedJournalLine {
  line: JournalLine;
  offset: number;
  /** Where the next line begins. */
  end: number;
  /** Whether it ends with a line feed; only the last line may not. */
  isComplete: boolean;
}

/**
 * The lines of a journal, or of a part of it, that are whole: those that a kill tore or that were damaged are passed
 * over, so that their items run again.
 */
export async function* readJournalLines(
  path: string,
  part: FilePart = {},
): AsyncGenerator<PlacedJournalLine, void, undefined> {
  for await (const { text, isUtf8, ...place } of readFileLines(path, part)) {
    const line = isUtf8 ? parseLine(text) : undefined;
    if (line !== undefined) yield { line, ...place };
  }
}

/** A line as it was written; `undefined` for what is not one. */
export function parseLine(text: string): JournalLine | undefined {
  if (!text.startsWith(LINE_START)) return undefined;
  try {
    const line = JSON.parse(text) as JournalLine;
    return typeof line.key === "string" && typeof line.result === "object" && line.result !== null ? line : undefined;
  } catch {
    return undefined;
  }
}
