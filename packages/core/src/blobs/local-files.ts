import { readdir, stat } from "node:fs/promises";
import { homedir } from "node:os";
import { basename, join, resolve } from "node:path";
import { OllamaError } from "@codo/ollama-contract";
import type { LocalFiles } from "../create/create-request.js";
import type { BlobClient } from "./upload-blob.js";
import { uploadFile } from "./upload-blob.js";

/** What a folder with a model's weights may hold that the server wants. */
const MODEL_FILE = /\.(gguf|safetensors|json|model|bin)$/i;

/** The files of this machine, uploaded through a client. */
export function createLocalFiles(client: BlobClient): LocalFiles {
  return {
    list: listModelFiles,
    upload: (path, onUpload, signal) => uploadFile(client, path, { onUpload, call: { signal } }),
  };
}

async function listModelFiles(
  path: string,
  baseDirectory: string | undefined,
): Promise<{ name: string; path: string }[]> {
  const absolute = path.startsWith("~") ? join(homedir(), path.slice(1)) : resolve(baseDirectory ?? ".", path);
  if (!(await isFolder(absolute))) return [{ name: basename(absolute), path: absolute }];
  const names = (await readdir(absolute)).filter((name) => MODEL_FILE.test(name)).sort();
  if (names.length > 0) return names.map((name) => ({ name, path: join(absolute, name) }));
  throw new OllamaError("INVALID_REQUEST", `The folder "${absolute}" holds no model files (GGUF or safetensors).`, {
    details: { path: absolute },
  });
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch {
    // The upload says why it cannot be read.
    return false;
  }
}
