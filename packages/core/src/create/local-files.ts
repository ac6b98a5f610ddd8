import { readdir, realpath, stat } from "node:fs/promises";
import { homedir } from "node:os";
import { basename, join, relative, resolve, sep } from "node:path";
import { OllamaError } from "@codo/ollama-contract";
import type { BlobClient } from "../blobs/upload-blob.js";
import { uploadFile } from "../blobs/upload-blob.js";
import type { FileOrigin, LocalFiles } from "./create-request.js";

/**
 * The files that hold weights, the best first: a published model has several, of which a server takes one. What else a
 * training leaves behind is none of them.
 */
const WEIGHTS = [
  /^model.*\.safetensors$/i,
  /^adapter.*\.safetensors$/i,
  /^consolidated.*\.safetensors$/i,
  /\.safetensors$/i,
  /^pytorch_model.*\.bin$/i,
  /^consolidated.*\.pth$/i,
] as const;
/** Files that are a whole model, tokenizer and template included. */
const WHOLE_MODEL = [/\.gguf$/i, /^(?!training_args\.).*\.bin$/i] as const;
/** What a server converts weights with. */
const BESIDE_WEIGHTS = /\.(json|model|jinja)$/i;

/** The files of this machine, uploaded through a client. */
export function createLocalFiles(client: BlobClient): LocalFiles {
  return {
    list: listModelFiles,
    has: (digest, signal) => client.headBlob(digest, { signal }),
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
  const names = modelFilesOf(await readdir(place)).sort();
  if (names.length > 0) {
    return await Promise.all(names.map(async (name) => ({ name, path: await confined(join(place, name)) })));
  }
  throw new OllamaError("INVALID_REQUEST", `The folder "${absolute}" holds no model files (GGUF or safetensors).`, {
    details: { path: absolute },
  });
}

/** The files of a folder that make a model: weights of one kind, and what is converted with them. */
function modelFilesOf(names: readonly string[]): string[] {
  const matching = (pattern: RegExp): string[] => names.filter((name) => pattern.test(name));
  const weights = WEIGHTS.map(matching).find(({ length }) => length > 0);
  if (weights !== undefined) return [...weights, ...matching(BESIDE_WEIGHTS)];
  return WHOLE_MODEL.map(matching).find(({ length }) => length > 0) ?? [];
}

/** A file's real path, where it lies in a folder. @throws OllamaError `INVALID_REQUEST` where it, or what it links to, does not */
async function insideOnly(file: string, { base, written }: { base: string; written: string }): Promise<string> {
  const folder = await realpath(base).catch(() => base);
  const real = await realpath(file).catch(() => resolve(folder, relative(base, file)));
  if (real === folder || real.startsWith(folder.endsWith(sep) ? folder : folder + sep)) return real;
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
