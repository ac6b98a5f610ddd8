import type { JournalLine } from "@codo/ollama-runner/batch-kit";

/** One finished item of a batch, its texts cut to what a table shows. */
export interface JournalItem {
  key: string;
  index: number;
  id?: string;
  model: string;
  success: boolean;
  prompt: string;
  response: string;
  tokens?: number;
  seconds: number;
  tokensPerSecond?: number;
  /** Until the first token, in milliseconds. */
  ttftMs?: number;
  error?: string;
  finishedAt: string;
  /** The fields of an answer that is a JSON object. */
  fields?: Record<string, string>;
}

const MOST_TEXT = 300;
const MOST_FIELDS = 20;

/** What a table shows of a line. */
export function itemOf({ key, index, finishedAt, result }: JournalLine): JournalItem {
  const { metadata, tokensUsed, errorMessage, executionTime } = result;
  const { tokensPerSecond, timings } = metadata;
  const id = (metadata.batch as { id?: string } | undefined)?.id;
  const item = {
    id,
    tokens: tokensUsed,
    tokensPerSecond,
    ttftMs: timings.ttftMs,
    error: errorMessage,
    fields: fieldsOf(result.response ?? ""),
  };
  return {
    key,
    index,
    model: result.modelName,
    success: result.success,
    prompt: cut(result.prompt ?? ""),
    response: cut(result.response ?? ""),
    seconds: executionTime,
    finishedAt,
    ...Object.fromEntries(Object.entries(item).filter(([, value]) => value !== undefined)),
  };
}

function fieldsOf(response: string): Record<string, string> | undefined {
  if (!response.trimStart().startsWith("{")) return undefined;
  try {
    const fields = Object.entries(JSON.parse(response) as object).slice(0, MOST_FIELDS);
    return Object.fromEntries(fields.map(([name, value]) => [cut(name), cut(asText(value))]));
  } catch {
    return undefined;
  }
}

const asText = (value: unknown): string => (typeof value === "string" ? value : JSON.stringify(value));

const cut = (text: string): string => text.slice(0, MOST_TEXT);
