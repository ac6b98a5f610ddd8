import { once } from "node:events";
import type { ServerResponse } from "node:http";
import { csvRow } from "@codo/ollama-contract";
import type { ApiRoute } from "../http/api-route.js";
import { journalPath, listJournals, readJournal } from "./read-journal.js";
import { summarizeJournal } from "./summarize-journal.js";

const COLUMNS = ["key", "index", "model", "success", "prompt", "response", "tokens", "seconds", "error", "finishedAt"];

/** The addresses of the journals in a folder. */
export function journalRoutes(folder: string): ApiRoute[] {
  return [
    { method: "GET", path: "/api/journals", answer: async () => ({ folder, journals: await listJournals(folder) }) },
    {
      method: "GET",
      path: "/api/journals/:id",
      answer: async ({ id }) => await summarizeJournal(await journalPath(folder, id)),
    },
    {
      method: "POST",
      path: "/api/journals/:id/csv",
      answer: async ({ id, response }) => await sendCsv(response, await journalPath(folder, id)),
    },
    {
      method: "POST",
      path: "/api/journals/:id/jsonl",
      answer: async ({ id, response }) => await sendLines(response, await journalPath(folder, id)),
    },
  ];
}

async function sendCsv(response: ServerResponse, path: string): Promise<undefined> {
  begin(response, "text/csv", "codo-batch.csv");
  response.write(`${COLUMNS.join(",")}\r\n`);
  for await (const { key, index, model, finishedAt, result } of readJournal(path)) {
    const { success, prompt, response: answer, tokensUsed, executionTime, errorMessage } = result;
    await write(
      response,
      csvRow([key, index, model, success, prompt, answer, tokensUsed, executionTime, errorMessage, finishedAt]),
    );
  }
  response.end();
}

async function sendLines(response: ServerResponse, path: string): Promise<undefined> {
  begin(response, "application/x-ndjson", "codo-batch.jsonl");
  for await (const line of readJournal(path)) await write(response, `${JSON.stringify(line)}\n`);
  response.end();
}

function begin(response: ServerResponse, type: string, name: string): void {
  response.writeHead(200, {
    "content-type": `${type}; charset=utf-8`,
    "content-disposition": `attachment; filename="${name}"`,
    "cache-control": "no-store",
  });
}

async function write(response: ServerResponse, text: string): Promise<void> {
  if (!response.write(text)) await once(response, "drain");
}
