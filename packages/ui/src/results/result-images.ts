import type { ServerResponse } from "node:http";
import { type ExecutionMetadata, OllamaError } from "@codo/ollama-contract";
import type { SavedOutput } from "@codo/ollama-output";

/** An image that a result was made from. */
export interface ResultImage {
  type: string;
  bytes: Buffer;
}

/**
 * How the formats begin that a browser only draws, in hexadecimal; a dot stands for any digit. SVG is none of them: it is
 * a document, with scripts and links.
 */
const BEGINNINGS: Readonly<Record<string, RegExp>> = {
  "image/png": /^89504e470d0a1a0a/,
  "image/jpeg": /^ffd8ff/,
  "image/gif": /^474946383[79]61/,
  "image/webp": /^52494646.{8}57454250/,
};

/** The images of a result: those that were sent with it, and those of its messages. */
export function imagesOf({ result }: SavedOutput): ResultImage[] {
  const { images, messages = [] } = (result?.metadata ?? {}) as Partial<ExecutionMetadata>;
  const lists = [images, ...messages.map((message) => (message as { images?: unknown } | null)?.images)];
  return lists.flatMap((list) => (Array.isArray(list) ? list : [])).flatMap((one) => imageOf(one) ?? []);
}

/** What an image is, by its first bytes; `undefined` for what is none. */
export function imageOf(text: unknown): ResultImage | undefined {
  if (typeof text !== "string") return undefined;
  const start = Buffer.from(text.slice(0, 32), "base64").toString("hex");
  const type = Object.keys(BEGINNINGS).find((one) => BEGINNINGS[one]?.test(start));
  return type === undefined ? undefined : { type, bytes: Buffer.from(text, "base64") };
}

/** Sends an image, which may do nothing also where somebody opens its address. @throws OllamaError `INVALID_REQUEST` */
export function sendImage(response: ServerResponse, images: readonly ResultImage[], at: string | null): undefined {
  const image = images[Number(at ?? 0)];
  if (image === undefined) throw new OllamaError("INVALID_REQUEST", `The result has ${images.length} images.`);
  response.writeHead(200, {
    "content-type": image.type,
    "content-length": image.bytes.length,
    "content-security-policy": "default-src 'none'; sandbox",
    "cache-control": "private, no-store",
  });
  response.end(image.bytes);
}
