import { once } from "node:events";
import type { ServerResponse } from "node:http";
import { csvRow, type ModelExecutor } from "@codo/ollama-contract";
import { readJournalLines } from "@codo/ollama-runner/batch-kit";
import * as v from "valibot";
import { type ApiRoute, checked } from "../http/api-route.js";
import { JournalRetries } from "./journal-retries.js";
import { JournalWatch } from "./journal-watch.js";
import { journalPath, listJournals } from "./read-journal.js";

const COLUMNS = ["key", "index", "model", "success", "prompt", "response", "tokens", "seconds", "error", "finishedAt"];

const whole = (least: number, most: number, without: string) =>
  v.optional(v.pipe(v.string(), v.toNumber(), v.integer(), v.minValue(least), v.maxValue(most)), without);

/** Which of the items: the newest first. */
const ITEMS = v.strictObject({ skip: whole(0, Number.MAX_SAFE_INTEGER, "0"), limit: whole(1, 500, "100") });

/** The addresses of the journals in a folder, and what runs for them. */
export function journalRoutes(
  folder: string,
  executor: ModelExecutor,
): { routes: ApiRoute[]; stop: () => Promise<void> } {
  const retries = new JournalRetries(executor);
  const watch = new JournalWatch(retries);
  const path = (name: string): Promise<string> => journalPath(folder, name);
  const routes: ApiRoute[] = [
    { method: "GET", path: "/api/journals", answer: async () => ({ folder, journals: await listJournals(folder) }) },
    {
      method: "GET",
      path: "/api/journals/:id",
      answer: async ({ id, url }) => {
        const { skip, limit } = checked(ITEMS, Object.fromEntries(url.searchParams));
        return await watch.summary(await path(id), { skip, most: limit });
      },
    },
    {
      method: "GET",
      path: "/api/journals/:id/events",
      answer: async ({ id, response }) => {
        await watch.stream(await path(id), response);
        return undefined;
      },
    },
    { method: "POST", path: "/api/journals/:id/retry", answer: async ({ id }) => retries.start(await path(id)) },
    {
      method: "DELETE",
      path: "/api/journals/:id/retry",
      answer: async ({ id }) => {
        retries.cancel(await path(id));
        return { cancelled: id };
      },
    },
    {
      method: "POST",
      path: "/api/journals/:id/csv",
      answer: async ({ id, response }) => await sendCsv(response, await path(id)),
    },
    {
      method: "POST",
      path: "/api/journals/:id/jsonl",
      answer: async ({ id, response }) => await sendLines(response, await path(id)),
    },
  ];
  const stop = async (): Promise<void> => {
    watch.stop();
    await retries.stop();
  };
  return { routes, stop };
}

async function sendCsv(response: ServerResponse, path: string): Promise<undefined> {
  begin(response, "text/csv", "codo-batch.csv");
  response.write(`${COLUMNS.join(",")}\r\n`);
  for await (const { line } of readJournalLines(path)) {
    const { key, index, model, finishedAt, result } = line;
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
  for await (const { line } of readJournalLines(path)) await write(response, `${JSON.stringify(line)}\n`);
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
