import { posix } from "node:path";
import type { EngineContext } from "../engine-context/engine-context.js";
import { ApiError } from "../http/api-error.js";
import type { Handler } from "../http/router.js";
import { findLlamaQuantize } from "../inference/find-llama-server.js";
import { createModel } from "../models/create-model.js";
import type { ModelCatalog } from "../models/model-catalog.js";
import { requireWritable } from "../models/store-builtin.js";
import { pullModel } from "../registry/pull-model.js";
import { parseDigest } from "../store/digest.js";
import { parseModelName } from "../store/model-name.js";
import { anything, bool, decodeBody, listOf, record, text, textRecord } from "../wire/decode-body.js";
import { message } from "../wire/decode-message.js";
import { type Say, StatusStream } from "./status-stream.js";

const FIELDS = {
  model: text,
  name: text,
  from: text,
  files: textRecord,
  adapters: textRecord,
  template: text,
  license: anything,
  system: text,
  renderer: text,
  parser: text,
  parameters: record,
  messages: listOf(message, "[]api.Message"),
  quantize: text,
  quantization: text,
  stream: bool,
};

/** `POST /api/create`: makes a model of another one or of a GGUF file. */
export function createRoute(context: EngineContext): Handler {
  return async (exchange) => {
    const body = decodeBody(await exchange.readText(), "CreateRequest", FIELDS);
    const name = parseModelName(body.model || body.name || "");
    if (name === undefined) throw new ApiError(400, "invalid model name");
    const uploads = [...Object.entries(body.files ?? {}), ...Object.entries(body.adapters ?? {})];
    for (const [path, digest] of uploads) {
      if (!isInside(path)) throw new ApiError(400, "file path must be relative");
      if (digest === "") throw new ApiError(400, "invalid digest format");
    }
    requireWritable(context.catalog, name);
    const status = new StatusStream(exchange, body.stream !== false);
    const wanted = {
      name,
      from: body.from,
      files: body.files,
      adapters: body.adapters,
      template: body.template,
      system: body.system,
      renderer: body.renderer,
      parser: body.parser,
      licenses: readLicenses(body.license),
      parameters: body.parameters,
      messages: body.messages?.map(({ role, content }) => ({ role, content })),
      quantize: body.quantize || body.quantization,
    };
    const { store } = context.catalog;
    const quantizer = findLlamaQuantize(context.settings.llamaServer);
    const uploaded = uploads.flatMap(([, digest]) => parseDigest(digest) ?? []);
    await status.run(async (say) => {
      await pullMissing(context.catalog, body.from, { signal: exchange.gone, say });
      await store.exclusively(() => createModel(context.catalog, wanted, { say, quantizer, signal: exchange.gone }));
      await store.blobs.release(uploaded);
      // The parts of a split model have become one file.
      await store.exclusively(() => store.removeUnused(uploaded));
    });
    await store.blobs.release(uploaded);
  };
}

/** Gets the model that another is made from, where it is not here yet. @throws ApiError */
async function pullMissing(
  catalog: ModelCatalog,
  from: string | undefined,
  { signal, say }: { signal: AbortSignal; say: Say },
): Promise<void> {
  const name = from === undefined ? undefined : parseModelName(from);
  if (name === undefined || (await catalog.find(name)) !== undefined) return;
  await pullModel({ store: catalog.store, name, signal, say });
}

function isInside(path: string): boolean {
  const normal = posix.normalize(path);
  return path !== "" && !posix.isAbsolute(normal) && normal !== ".." && !normal.startsWith("../");
}

function readLicenses(license: unknown): string[] {
  if (typeof license === "string") return license === "" ? [] : [license];
  return Array.isArray(license) ? license.filter((entry) => typeof entry === "string") : [];
}
