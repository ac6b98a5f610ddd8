import { readdir, realpath, stat } from "node:fs/promises";
import { homedir } from "node:os";
import { basename, join, relative, resolve, sep } from "node:path";
import { OllamaError } from "@codo/ollama-contract";
import type { BlobClient } from "../blobs/upload-blob.js";
import { uploadFile } from "../blobs/upload-blob.js";
import type { FileOrigin, LocalFiles } from "./create-request.js";

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
  { baseDirectory, isConfined }: FileOrigin,
): Promise<{ name: string; path: string }[]> {
  const base = resolve(baseDirectory ?? ".");
  const absolute = /^~(?=$|[\\/])/.test(path) ? join(homedir(), path.slice(1)) : resolve(base, path);
  const confined = async (file: string) => (isConfined ? await insideOnly(file, { base, written: path }) : file);
  const place = await confined(absolute);
  if (!(await isFolder(place))) return [{ name: basename(absolute), path: place }];
  const names = (await readdir(place)).filter((name) => MODEL_FILE.test(name)).sort();
  if (names.length > 0) {
    return await Promise.all(names.map(async (name) => ({ name, path: await confined(join(place, name)) })));
  }
  throw new OllamaError("INVALID_REQUEST", `The folder "${absolute}" holds no model files (GGUF or safetensors).`, {
    details: { path: absolute },
  });
}

/** A file's real path, where it lies in a folder. @throws OllamaError `INVALID_REQUEST` where it, or what it links to, does not */
async function insideOnly(file: string, { base, written }: { base: string; written: string }): Promise<string> {
  const folder = await realpath(base).catch(() => base);
  const real = await realpath(file).catch(() => resolve(folder, relative(base, file)));
  if (real.startsWith(folder.endsWith(sep) ? folder : folder + sep)) return real;
  const link = real === file ? "" : ` (which is ${real})`;
  const message = `The Modelfile names "${written}"${link}, a file outside its folder ${folder}, and would upload it. If you mean that, allow it: \`--allow-outside\` of codo models create, \`allowOutside: true\` of create().`;
  throw new OllamaError("INVALID_REQUEST", message, { details: { path: real, baseDirectory: folder } });
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch {
    // The upload says why it cannot be read.
    return false;
  }
}
