import { extname } from "node:path";
import { csvRow, escapeMarkdown, OllamaError, visibleControls } from "@codo/ollama-contract";
import { entryModels } from "../entries/entry-filter.js";
import type { IndexEntry } from "../entries/index-entry.js";
import { exchangesOf } from "../records/record-content.js";
import { isObject, type StoredRecord } from "../records/stored-record.js";

/** How an export is written. JSONL can be imported again without loss; the others are for people and tables. */
export type ExportFormat = "jsonl" | "csv" | "markdown";

/** A record to be exported. */
export interface ExportRecord {
  record: StoredRecord;
  entry: IndexEntry;
  pinned: boolean;
}

/** How the file of a format begins, and what each record adds. */
export interface ExportWriter {
  head: string;
  render(item: ExportRecord): string;
}

/** The writer of each format. */
export const EXPORT_WRITERS: Readonly<Record<ExportFormat, ExportWriter>> = {
  jsonl: { head: "", render: renderJsonLine },
  csv: { head: csvRow(csvColumns()), render: renderCsvRow },
  markdown: { head: "# Saved outputs\n", render: renderMarkdown },
};

const EXTENSIONS: Readonly<Record<string, ExportFormat>> = {
  ".jsonl": "jsonl",
  ".ndjson": "jsonl",
  ".csv": "csv",
  ".md": "markdown",
  ".markdown": "markdown",
};

/** The format to export in: the one asked for, else the one that the file's name implies. @throws INVALID_REQUEST */
export function exportFormatOf(path: string, format: string | undefined): ExportFormat {
  const chosen = format ?? EXTENSIONS[extname(path).toLowerCase()];
  if (chosen !== undefined && Object.hasOwn(EXPORT_WRITERS, chosen)) return chosen as ExportFormat;
  const what = format === undefined ? `the name ${path} implies no format` : `there is no format "${format}"`;
  throw new OllamaError("INVALID_REQUEST", `Nothing was exported: ${what}. Use jsonl, csv or markdown.`);
}

function renderJsonLine({ record, pinned }: ExportRecord): string {
  return `${JSON.stringify(pinned ? { ...record, record: { ...record.record, pinned } } : record)}\n`;
}

function csvColumns(): string[] {
  return [
    "id",
    "kind",
    "model",
    "createdAt",
    "savedAt",
    "success",
    "executionTime",
    "tokensUsed",
    "tags",
    "pinned",
    "prompt",
    "response",
    "errorMessage",
  ];
}

/** One row for each prompt: a batch has several. */
function renderCsvRow({ record, entry, pinned }: ExportRecord): string {
  const sources = Array.isArray(record.results) ? record.results.filter(isObject) : [record];
  const { id, kind, createdAt, savedAt, tags } = record.record;
  return sources
    .map((source) =>
      csvRow([
        id,
        kind,
        source.modelName ?? entryModels(entry).join(" "),
        createdAt,
        savedAt,
        source.success ?? entry.success,
        source.executionTime,
        source.tokensUsed,
        tags.join(" "),
        pinned,
        source.prompt,
        source.response,
        source.errorMessage,
      ]),
    )
    .join("");
}

function renderMarkdown({ record, entry, pinned }: ExportRecord): string {
  const { id, kind, createdAt, tags, success } = record.record;
  const facts = [
    `- ${escapeMarkdown(`${kind} ${id}, ${createdAt}`)}`,
    ...(success
      ? []
      : [`- failed${typeof record.errorMessage === "string" ? `: ${escapeMarkdown(record.errorMessage)}` : ""}`]),
    ...(entry.executionTime === undefined ? [] : [`- ${entry.executionTime.toFixed(2)} s`]),
    ...(tags.length > 0 ? [`- tags: ${escapeMarkdown(tags.join(", "))}`] : []),
    ...(pinned ? ["- pinned"] : []),
  ];
  const exchanges = exchangesOf(record).flatMap(({ prompt, response }) => [
    `### Prompt\n\n${fenced(prompt)}`,
    `### Response\n\n${fenced(response)}`,
  ]);
  const document = record.report ?? record.config;
  const parts = document === undefined ? exchanges : [fenced(JSON.stringify(document, null, 2), "json")];
  const title = escapeMarkdown(entryModels(entry).join(", ") || kind);
  return `\n## ${title}\n\n${facts.join("\n")}\n\n${parts.join("\n\n")}\n`;
}

/** A code block whose fence is longer than any in the text, so that no text can leave it. */
function fenced(text: string, language = "text"): string {
  let longest = 2;
  for (const [run] of text.matchAll(/`+/g)) longest = Math.max(longest, run.length);
  const fence = "`".repeat(longest + 1);
  return `${fence}${language}\n${visibleControls(text)}\n${fence}`;
}
