import { readFile } from "node:fs/promises";
import type { ServerResponse } from "node:http";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";

const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
};

/** Where the build put the page: beside the bundle, or below `dist` when the sources run. */
const PAGE_FOLDER = import.meta.url.endsWith(".ts")
  ? fileURLToPath(new URL("../../dist/page", import.meta.url))
  : fileURLToPath(new URL("./page", import.meta.url));

/** Answers with a file of the page; only names that the build can make are looked for. */
export async function sendPageFile(response: ServerResponse, path: string): Promise<void> {
  const name = path === "/" ? "/index.html" : path;
  const isAsset = /^\/assets\/[\w-]+\.(?:js|css|svg)$/.test(name);
  const bytes = isAsset || name === "/index.html" ? await readPageFile(name) : undefined;
  if (bytes === undefined) {
    response.writeHead(404, { "content-type": "text/plain; charset=utf-8" }).end("There is no such page.\n");
    return;
  }
  response.writeHead(200, {
    "content-type": TYPES[extname(name)] ?? "application/octet-stream",
    "cache-control": isAsset ? "private, max-age=31536000, immutable" : "no-store",
  });
  response.end(bytes);
}

const known = new Map<string, Buffer>();

/** An asset's name changes with what is in it, so that it is read once. */
async function readPageFile(name: string): Promise<Buffer | undefined> {
  const bytes = known.get(name) ?? (await readFile(join(PAGE_FOLDER, name)).catch(() => undefined));
  if (bytes !== undefined && name.startsWith("/assets/")) known.set(name, bytes);
  return bytes;
}
