import { once } from "node:events";
import { type ExecutionMetadata, OllamaError } from "@codo/ollama-contract";
import type { OutputEntry, OutputFilter, OutputManager, SavedOutput } from "@codo/ollama-output";
import * as v from "valibot";
import { type ApiCall, type ApiRoute, bodyOf, checked } from "../http/api-route.js";
import { imagesOf, sendImage } from "./result-images.js";
import type { Trash } from "./trash.js";

/** A page of results: the newest first, or with words to search for the best first. */
export interface ResultList {
  items: OutputEntry[];
  /** Where the next page begins; absent at the end. */
  nextCursor?: string;
  /** How many were found; for a search only. */
  total?: number;
}

/** One result, whole but for the bytes of its images. */
export interface ResultDescription extends SavedOutput {
  /** How many images can be asked for at `/api/results/ID/image?at=`, from 0. */
  imageCount: number;
}

const KINDS = ["output", "result", "batch", "benchmark", "comparison", "config"] as const;
const text = v.optional(v.pipe(v.string(), v.maxLength(1000)));

const LIST_QUERY = v.strictObject({
  q: text,
  model: text,
  kind: v.optional(v.picklist(KINDS)),
  tag: text,
  success: v.optional(
    v.pipe(
      v.picklist(["true", "false"]),
      v.transform((word) => word === "true"),
    ),
  ),
  since: text,
  until: text,
  cursor: text,
  limit: v.optional(v.pipe(v.string(), v.toNumber(), v.integer(), v.minValue(1), v.maxValue(500)), "50"),
});

/** The addresses of saved results. */
export function resultRoutes(output: OutputManager, trash: Trash): ApiRoute[] {
  return [
    { method: "GET", path: "/api/results", answer: ({ url }) => listResults(output, trash, url) },
    { method: "GET", path: "/api/results/:id", answer: ({ id }) => describeResult(output, trash, id) },
    {
      method: "GET",
      path: "/api/results/:id/image",
      answer: async ({ id, url, response }) =>
        sendImage(response, imagesOf(await getResult(output, trash, id)), url.searchParams.get("at")),
    },
    { method: "POST", path: "/api/export", answer: (call) => exportResults(output, trash, call) },
    {
      method: "PATCH",
      path: "/api/results/:id",
      answer: async (call) => {
        const { pinned } = await bodyOf(call, v.strictObject({ pinned: v.boolean() }));
        if (!(await output.pinOutput(call.id, pinned))) throw unknownResult(call.id);
        return { pinned };
      },
    },
    {
      method: "DELETE",
      path: "/api/results/:id",
      answer: async ({ id }) => {
        await getResult(output, trash, id);
        trash.add(id);
        return { deleted: id };
      },
    },
    { method: "POST", path: "/api/results/:id/restore", answer: ({ id }) => ({ restored: trash.restore(id) }) },
  ];
}

async function listResults(output: OutputManager, trash: Trash, url: URL): Promise<ResultList> {
  const { q, cursor, limit, ...rest } = checked(LIST_QUERY, Object.fromEntries(url.searchParams));
  const filter: OutputFilter = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined));
  const words = q === undefined ? "" : searchWords(q);
  if (words !== "") {
    const offset = cursor === undefined ? 0 : Number(cursor);
    const { items, total } = await output.searchOutputs(words, { ...filter, limit, offset });
    const next = offset + items.length;
    return {
      items: shown(items, trash),
      total,
      ...(next < total && items.length > 0 ? { nextCursor: `${next}` } : {}),
    };
  }
  const page = await output.listSavedOutputs({ ...filter, limit, ...(cursor === undefined ? {} : { cursor }) });
  return { ...page, items: shown(page.items, trash) };
}

/** As one types, the last word is the beginning of one. */
function searchWords(typed: string): string {
  const words = typed.trim();
  return /[\p{L}\p{N}]$/u.test(words) ? `${words}*` : words;
}

function shown(items: OutputEntry[], trash: Trash): OutputEntry[] {
  return items.filter(({ id }) => !trash.has(id));
}

async function getResult(output: OutputManager, trash: Trash, id: string): Promise<SavedOutput> {
  const found = trash.has(id) ? null : await output.getOutput(id);
  if (found === null) throw unknownResult(id);
  return found;
}

/** Its images are asked for one by one. */
async function describeResult(output: OutputManager, trash: Trash, id: string): Promise<ResultDescription> {
  const found = await getResult(output, trash, id);
  const imageCount = imagesOf(found).length;
  if (found.result === undefined) return { ...found, imageCount };
  const { images: _images, ...metadata } = found.result.metadata;
  return { ...found, result: { ...found.result, metadata: metadata as ExecutionMetadata }, imageCount };
}

async function exportResults(output: OutputManager, trash: Trash, call: ApiCall): Promise<undefined> {
  const { ids } = await bodyOf(call, v.strictObject({ ids: v.pipe(v.array(v.string()), v.minLength(1)) }));
  const { response } = call;
  response.writeHead(200, {
    "content-type": "application/x-ndjson; charset=utf-8",
    "content-disposition": 'attachment; filename="codo-results.jsonl"',
    "cache-control": "no-store",
  });
  for (const id of ids) {
    const found = trash.has(id) ? null : await output.getOutput(id);
    if (found !== null && !response.write(`${JSON.stringify(found)}\n`)) await once(response, "drain");
  }
  response.end();
}

function unknownResult(id: string): OllamaError {
  return new OllamaError("INVALID_REQUEST", `There is no result "${id}"; it may have been deleted.`);
}
