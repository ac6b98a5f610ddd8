import { createHash } from "node:crypto";
import { Readable } from "node:stream";
import { GgufError } from "../gguf/gguf-file.js";
import { hasGgufMagic } from "../gguf/gguf-magic.js";
import { type GgufRole, ggufRole } from "../gguf/gguf-role.js";
import { mergeShards } from "../gguf/merge-shards.js";
import { readGguf } from "../gguf/read-gguf.js";
import { ApiError } from "../http/api-error.js";
import { parseDigest } from "../store/digest.js";
import { MEDIA_TYPES } from "../store/manifest.js";
import type { ModelStore } from "../store/model-store.js";
import type { NewLayer } from "./build-manifest.js";

const MEDIA_TYPE_OF: Record<GgufRole, string> = {
  model: MEDIA_TYPES.model,
  shard: MEDIA_TYPES.model,
  adapter: MEDIA_TYPES.adapter,
  projector: MEDIA_TYPES.projector,
};

/** Weights that come in other formats, and what comes with them. */
const OTHER_WEIGHTS = /\.(safetensors|pth|pt|h5|onnx)$/i;

interface UploadedGguf {
  digest: string;
  role: GgufRole;
}

/**
 * Makes layers of uploaded GGUF files, by what each is: weights, adapters, encoders. The parts of a split model become
 * one file.
 * @param files - digests by file name
 * @throws ApiError
 */
export async function layersFromFiles(
  store: ModelStore,
  files: Record<string, string>,
  say: (status: string) => Promise<void>,
): Promise<NewLayer[]> {
  const ggufs: UploadedGguf[] = [];
  refuseOtherWeights(Object.keys(files));
  for (const [path, text] of Object.entries(files)) {
    const digest = parseDigest(text);
    // A name says nothing by itself; a real server looks into the file.
    const isGguf = path.endsWith(".gguf") || (digest !== undefined && (await hasGgufMagic(store.blobs.path(digest))));
    if (!isGguf) throw new ApiError(400, "unknown type");
    await say("parsing GGUF");
    if (digest === undefined) throw new ApiError(400, "invalid digest format");
    ggufs.push({ digest, role: await roleOf(store, digest) });
  }
  const shards = ggufs.filter(({ role }) => role === "shard");
  const whole = ggufs.filter(({ role }) => role !== "shard");
  const layers = await Promise.all(whole.map(({ digest, role }) => layerOf(store, digest, role)));
  if (shards.length > 0) layers.unshift(await mergedLayer(store, shards, say));
  const weights = layers.filter(({ mediaType }) => mediaType === MEDIA_TYPES.model);
  if (weights.length > 1) {
    throw new ApiError(400, `${weights.length} of the files are whole models: a model is made from one`);
  }
  return layers;
}

function refuseOtherWeights(paths: readonly string[]): void {
  const other = paths.find((path) => OTHER_WEIGHTS.test(path));
  if (other === undefined) return;
  throw new ApiError(
    400,
    `${other}: this engine makes models from GGUF files and converts no other format. Use a GGUF of the model (pull hf.co/USER/REPOSITORY of one that has it), or make one with llama.cpp's convert_hf_to_gguf.py (convert_lora_to_gguf.py for an adapter) and create the model from that.`,
  );
}

async function roleOf(store: ModelStore, digest: string): Promise<GgufRole> {
  const path = store.blobs.path(digest);
  try {
    return ggufRole(await readGguf(path));
  } catch (error) {
    if (error instanceof GgufError) throw new ApiError(500, error.message, { cause: error });
    throw new ApiError(500, `open ${path}: no such file or directory`, { cause: error });
  }
}

async function layerOf(store: ModelStore, digest: string, role: GgufRole): Promise<NewLayer> {
  return { mediaType: MEDIA_TYPE_OF[role], digest, size: (await store.blobs.size(digest)) ?? 0, isNew: true };
}

async function mergedLayer(
  store: ModelStore,
  shards: readonly UploadedGguf[],
  say: (status: string) => Promise<void>,
): Promise<NewLayer> {
  await say(`merging ${shards.length} parts`);
  try {
    const merged = await mergeShards(shards.map(({ digest }) => store.blobs.path(digest)));
    const hash = createHash("sha256");
    for await (const chunk of merged()) hash.update(chunk);
    const digest = `sha256:${hash.digest("hex")}`;
    if (!(await store.blobs.has(digest))) await store.blobs.putStream(digest, Readable.from(merged()));
    return await layerOf(store, digest, "model");
  } catch (error) {
    if (error instanceof GgufError) throw new ApiError(400, error.message, { cause: error });
    throw error;
  }
}
