import { readFile } from "node:fs/promises";
import { type GgufEntry, type GgufFile, GgufType } from "../src/gguf/gguf-file.js";
import { readGguf } from "../src/gguf/read-gguf.js";
import { writeGgufHead } from "../src/gguf/write-gguf-head.js";

const F32 = 0;
const RANK = 2;
const text = (value: string): GgufEntry => ({ type: GgufType.string, value });
const uint16 = (value: number): GgufEntry => ({ type: GgufType.uint16, value });

/** A GGUF file cut into parts as llama.cpp cuts one: tensors shared out, everything else in the first. */
export async function splitGguf(path: string, count: number): Promise<Buffer[]> {
  const file = await readGguf(path);
  const bytes = await readFile(path);
  const sorted = file.tensors.toSorted((a, b) => a.offset - b.offset);
  const share = Math.ceil(sorted.length / count);
  return Array.from({ length: count }, (_, index) => {
    const tensors = sorted.slice(index * share, (index + 1) * share);
    const start = tensors[0]?.offset ?? 0;
    const end = sorted[(index + 1) * share]?.offset ?? bytes.length - file.dataStart;
    const splits: GgufFile["metadata"] = new Map([
      ["split.no", uint16(index)],
      ["split.count", uint16(count)],
    ]);
    const metadata = new Map([...(index === 0 ? file.metadata : []), ...splits]);
    const moved = tensors.map((tensor) => ({ ...tensor, offset: tensor.offset - start }));
    const data = bytes.subarray(file.dataStart + start, file.dataStart + end);
    return Buffer.concat([writeGgufHead({ metadata, tensors: moved }), data]);
  });
}

/** A LoRA adapter for the first query weights of a model; `strength` 0 changes nothing. */
export async function loraFor(path: string, strength: number): Promise<Buffer> {
  const weights = (await readGguf(path)).tensors.find(({ name }) => name === "blk.0.attn_q.weight");
  const [inputs = 0, outputs = 0] = weights?.shape ?? [];
  const metadata: GgufFile["metadata"] = new Map([
    ["general.type", text("adapter")],
    ["general.architecture", text("llama")],
    ["adapter.type", text("lora")],
    ["adapter.lora.alpha", { type: GgufType.float32, value: RANK }],
  ]);
  const tensors = [
    { name: "blk.0.attn_q.weight.lora_a", shape: [inputs, RANK], type: F32, offset: 0 },
    { name: "blk.0.attn_q.weight.lora_b", shape: [RANK, outputs], type: F32, offset: inputs * RANK * 4 },
  ];
  const values = Float32Array.from({ length: (inputs + outputs) * RANK }, (_, index) => strength * Math.sin(index));
  return Buffer.concat([writeGgufHead({ metadata, tensors }), Buffer.from(values.buffer)]);
}

/** A GGUF file with other metadata, and with tensors of four zeros added. */
export async function changedGguf(
  path: string,
  { metadata = {}, tensors = [] }: { metadata?: Record<string, string>; tensors?: readonly string[] },
): Promise<Buffer> {
  const file = await readGguf(path);
  const data = (await readFile(path)).subarray(file.dataStart);
  const start = Math.ceil(data.length / 32) * 32;
  const added = tensors.map((name, index) => ({ name, shape: [4], type: F32, offset: start + index * 32 }));
  const changed = new Map([
    ...file.metadata,
    ...Object.entries(metadata).map(([key, value]) => [key, text(value)] as const),
  ]);
  const head = writeGgufHead({ metadata: changed, tensors: [...file.tensors, ...added] });
  return Buffer.concat([head, data, Buffer.alloc(start - data.length + tensors.length * 32)]);
}

const VISION_WIDTH = 32;
const IMAGE_SIDE = 28;
const PATCH_SIDE = 14;
const VISION_BLOCKS = 2;
/** How many tokens an image becomes by `projectorFor`. */
export const TOKENS_OF_IMAGE: number = (IMAGE_SIDE / PATCH_SIDE) ** 2;

/** An encoder of images with random weights, for a model of that width; of the kind of LLaVA. */
export function projectorFor(embeddingLength: number): Buffer {
  const uint32 = (value: number): GgufEntry => ({ type: GgufType.uint32, value });
  const float32 = (value: number): GgufEntry => ({ type: GgufType.float32, value });
  const halves: GgufEntry = { type: GgufType.array, value: [0.5, 0.5, 0.5], itemType: GgufType.float32 };
  const metadata: GgufFile["metadata"] = new Map([
    ["general.architecture", text("clip")],
    ["general.type", text("mmproj")],
    ["clip.has_vision_encoder", { type: GgufType.bool, value: true }],
    ["clip.projector_type", text("mlp")],
    ["clip.use_gelu", { type: GgufType.bool, value: true }],
    ["clip.vision.image_size", uint32(IMAGE_SIDE)],
    ["clip.vision.patch_size", uint32(PATCH_SIDE)],
    ["clip.vision.embedding_length", uint32(VISION_WIDTH)],
    ["clip.vision.feed_forward_length", uint32(VISION_WIDTH)],
    ["clip.vision.projection_dim", uint32(embeddingLength)],
    ["clip.vision.block_count", uint32(VISION_BLOCKS)],
    ["clip.vision.attention.head_count", uint32(2)],
    ["clip.vision.attention.layer_norm_epsilon", float32(1e-5)],
    ["clip.vision.image_mean", halves],
    ["clip.vision.image_std", halves],
  ]);
  const shapes: [name: string, ...shape: number[]][] = [
    ["v.patch_embd.weight", PATCH_SIDE, PATCH_SIDE, 3, VISION_WIDTH],
    ["v.position_embd.weight", VISION_WIDTH, TOKENS_OF_IMAGE],
    ["mm.0.weight", VISION_WIDTH, embeddingLength],
    ["mm.0.bias", embeddingLength],
    ["mm.2.weight", embeddingLength, embeddingLength],
    ["mm.2.bias", embeddingLength],
  ];
  for (let block = 0; block < VISION_BLOCKS; block++) {
    for (const name of ["attn_q", "attn_k", "attn_v", "attn_out", "ffn_up", "ffn_down"]) {
      shapes.push([`v.blk.${block}.${name}.weight`, VISION_WIDTH, VISION_WIDTH]);
      shapes.push([`v.blk.${block}.${name}.bias`, VISION_WIDTH]);
    }
    for (const name of ["ln1", "ln2"]) {
      shapes.push([`v.blk.${block}.${name}.weight`, VISION_WIDTH], [`v.blk.${block}.${name}.bias`, VISION_WIDTH]);
    }
  }
  return madeGguf(metadata, shapes);
}

/** A GGUF file whose weights are waves. */
function madeGguf(metadata: GgufFile["metadata"], shapes: readonly [name: string, ...shape: number[]][]): Buffer {
  let offset = 0;
  const tensors = shapes.map(([name, ...shape]) => {
    const tensor = { name, shape, type: F32, offset };
    offset += shape.reduce((product, size) => product * size, Float32Array.BYTES_PER_ELEMENT);
    return tensor;
  });
  const values = Float32Array.from({ length: offset / Float32Array.BYTES_PER_ELEMENT }, (_, index) => Math.sin(index));
  return Buffer.concat([writeGgufHead({ metadata, tensors }), Buffer.from(values.buffer)]);
}
