import { OllamaError } from "@codo/ollama-contract";
import type { Modelfile } from "../modelfile/modelfile.js";
import { parseModelfile } from "../modelfile/parse-modelfile.js";
import type { WireCreateRequest } from "../wire/model-management.js";
import type { CreateRequest, FileOrigin, LocalFiles } from "./create-request.js";

/**
 * Makes the wire's request of one with a Modelfile or local files; the files are uploaded on the way.
 * @throws OllamaError `INVALID_REQUEST` for a bad Modelfile, a file that cannot be read, or where there are no files
 */
export async function prepareCreate(
  request: CreateRequest,
  localFiles: LocalFiles | undefined,
  signal: AbortSignal,
): Promise<WireCreateRequest> {
  const { modelfile: text, gguf, baseDirectory, allowOutside = false, onUpload, ...own } = request;
  const modelfile = text === undefined ? undefined : parseModelfile(text);
  // What the caller names may lie anywhere; what only a Modelfile names may be somebody else's word.
  const named = [gguf ?? []].flat();
  const written = modelfile === undefined ? [] : [modelfile.from, ...modelfile.furtherFrom];
  const isFile = (reference: string): boolean => looksLocal(reference) || named.includes(reference);
  const upload = (paths: string[], isConfined: boolean): Promise<Record<string, string>> =>
    uploadAll(paths, { localFiles, origin: { baseDirectory, isConfined }, onUpload, signal });
  const files = {
    ...(await upload(
      written.filter((reference) => looksLocal(reference) && !named.includes(reference)),
      !allowOutside,
    )),
    ...(await upload(named, false)),
  };
  const adapters = await upload(modelfile?.adapters ?? [], !allowOutside);
  const from = written.find((reference) => !isFile(reference));
  return {
    ...(modelfile === undefined ? {} : fieldsOf(modelfile)),
    ...(from === undefined ? {} : { from }),
    ...own,
    ...(Object.keys(files).length === 0 ? {} : { files: { ...files, ...own.files } }),
    ...(Object.keys(adapters).length === 0 ? {} : { adapters: { ...adapters, ...own.adapters } }),
    ...(modelfile === undefined ? {} : { parameters: { ...modelfile.parameters, ...own.parameters } }),
  };
}

function fieldsOf({
  template,
  system,
  licenses,
  messages,
  renderer,
  parser,
  requires,
}: Modelfile): Partial<WireCreateRequest> {
  return {
    ...(template === undefined ? {} : { template }),
    ...(system === undefined ? {} : { system }),
    ...(licenses.length === 0 ? {} : { license: licenses }),
    ...(messages.length === 0 ? {} : { messages }),
    ...(renderer === undefined ? {} : { renderer }),
    ...(parser === undefined ? {} : { parser }),
    ...(requires === undefined ? {} : { requires }),
  };
}

/** What is written like a path is one; a bare name is a model, whatever lies in the working directory. */
function looksLocal(reference: string): boolean {
  return /^(\.{0,2}[\\/]|~[\\/]|[a-z]:[\\/])|^\.{1,2}$|\.(gguf|safetensors|bin)$/i.test(reference);
}

interface UploadContext {
  localFiles: LocalFiles | undefined;
  origin: FileOrigin;
  onUpload: CreateRequest["onUpload"];
  signal: AbortSignal;
}

async function uploadAll(paths: string[], context: UploadContext): Promise<Record<string, string>> {
  const digests: Record<string, string> = {};
  for (const path of paths) {
    const { localFiles, origin, onUpload, signal } = context;
    if (localFiles === undefined) {
      const message = `"${path}" is a local file, and files cannot be read here: upload it with createBlob, or use @codo/ollama-core on Node.`;
      throw new OllamaError("INVALID_REQUEST", message, { details: { path } });
    }
    const stored = storedBlob(path);
    if (stored !== undefined && (await localFiles.has(stored.digest, signal))) {
      digests[stored.name] = stored.digest;
      continue;
    }
    for (const file of await localFiles.list(path, origin)) {
      digests[file.name] = await localFiles.upload(file.path, onUpload, signal);
    }
  }
  return digests;
}

/** The blob that a path into a server's own store stands for, as Modelfiles that servers print have it. */
function storedBlob(path: string): { name: string; digest: string } | undefined {
  const [name, hex] = /(?<=^|[\\/])sha256-([0-9a-f]{64})$/.exec(path) ?? [];
  return name === undefined ? undefined : { name, digest: `sha256:${hex}` };
}
