import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import { createFetch } from "@codo/ollama-core";
import { UsageError } from "../errors/usage-error.js";
import { readWholeInput } from "./read-stdin.js";
import { reasonOf, textOf } from "./read-text.js";

/** Something that goes with a prompt: what it holds says whether it is an image or a document. */
export interface Attachment {
  name: string;
  bytes: Uint8Array;
}

/** Attachments by what they are. */
export interface SortedAttachments {
  images: Uint8Array[];
  documents: { title: string; text: string }[];
}

const MOST_BYTES = 100 * 1024 * 1024;
const MOST_REDIRECTS = 5;
/** Far from a model: nobody waits longer for a page. */
const FETCH_MS = 30_000;

/** What the image formats begin with that vision models read; of WebP and BMP a part further in is looked at too. */
const IMAGE_STARTS = ["\x89PNG", "\xff\xd8\xff", "GIF8"];

/** What other files that are no text begin with, and what turns them into text. */
const OTHER_STARTS: readonly (readonly [string, string])[] = [
  ["%PDF", "a PDF: make text of it first, with `pdftotext FILE -`"],
  ["PK\x03\x04", "a ZIP archive, as office documents are: save it as text first"],
];

/** Reads an attachment: a file, an address (`http:`, `https:`), a `data:` URL, or `-` for the input. @throws UsageError */
export async function readAttachment(option: string, source: string): Promise<Attachment> {
  if (source === "-") return { name: "input", bytes: await readWholeInput(process.stdin) };
  if (/^data:/i.test(source)) return { name: "data", bytes: await dataBytes(option, source) };
  if (/^https?:\/\//i.test(source)) return { name: source, bytes: await fetchBytes(option, source) };
  try {
    return { name: basename(source), bytes: await readFile(source) };
  } catch (cause) {
    throw new UsageError(`--${option}: ${source} cannot be read: ${reasonOf(cause)}.`);
  }
}

/** Separates images from documents. @throws UsageError for what is neither */
export function sortAttachments(attachments: readonly Attachment[]): SortedAttachments {
  const sorted: SortedAttachments = { images: [], documents: [] };
  for (const { name, bytes } of attachments) {
    const start = Buffer.from(bytes.subarray(0, 16)).toString("latin1");
    const other = OTHER_STARTS.find(([first]) => start.startsWith(first))?.[1];
    if (other !== undefined) throw new UsageError(`${name} is ${other}.`);
    if (isImage(start)) sorted.images.push(bytes);
    else sorted.documents.push({ title: name, text: textOf(bytes, name) });
  }
  return sorted;
}

function isImage(start: string): boolean {
  if (IMAGE_STARTS.some((first) => start.startsWith(first))) return true;
  const isWebp = start.startsWith("RIFF") && start.slice(8, 12) === "WEBP";
  return isWebp || (start.startsWith("BM") && start.slice(6, 10) === "\0\0\0\0");
}

async function dataBytes(option: string, url: string): Promise<Uint8Array> {
  const comma = url.indexOf(",");
  if (comma === -1) throw new UsageError(`--${option}: the data: URL has no comma before its data.`);
  const isBase64 = /;\s*base64$/i.test(url.slice(0, comma));
  try {
    const data = decodeURIComponent(url.slice(comma + 1));
    return Buffer.from(data, isBase64 ? "base64" : "utf8");
  } catch {
    throw new UsageError(`--${option}: the data of the data: URL is not written as URLs are.`);
  }
}

async function fetchBytes(option: string, address: string): Promise<Uint8Array> {
  const fetch = createFetch({ timeouts: { totalMs: FETCH_MS } });
  let url = new URL(address);
  try {
    for (let hop = 0; hop <= MOST_REDIRECTS; hop += 1) {
      const response = await fetch(url, { redirect: "manual" });
      const location = response.headers.get("location");
      if (response.status >= 300 && response.status < 400 && location !== null) {
        await response.body?.cancel();
        url = new URL(location, url);
        continue;
      }
      if (!response.ok) throw new UsageError(`--${option}: ${address} answers ${response.status}.`);
      return await bytesOf(response, `--${option}: ${address}`);
    }
  } catch (cause) {
    if (cause instanceof UsageError) throw cause;
    const { cause: reason, message } = cause as Error;
    throw new UsageError(
      `--${option}: ${address} cannot be fetched: ${reason instanceof Error ? reason.message : message}`,
    );
  }
  throw new UsageError(`--${option}: ${address} leads from one address to the next without end.`);
}

async function bytesOf(response: Response, what: string): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.byteLength;
    if (size > MOST_BYTES) throw new UsageError(`${what} is larger than ${MOST_BYTES / 1024 / 1024} MiB.`);
    chunks.push(chunk as Uint8Array);
  }
  return Buffer.concat(chunks);
}
