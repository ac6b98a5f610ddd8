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

const ENCODER_WIDTH = 32;
const ENCODER_BLOCKS = 2;
const IMAGE_SIDE = 28;
const PATCH_SIDE = 14;
/** How many tokens an image becomes by `projectorFor`. */
export const TOKENS_OF_IMAGE: number = (IMAGE_SIDE / PATCH_SIDE) ** 2;

const uint32 = (value: number): GgufEntry => ({ type: GgufType.uint32, value });
const yes: GgufEntry = { type: GgufType.bool, value: true };

/** An encoder of images with random weights, for a model of that width, of the kind of LLaVA. */
export function projectorFor(embeddingLength: number): Buffer {
  const halves: GgufEntry = { type: GgufType.array, value: [0.5, 0.5, 0.5], itemType: GgufType.float32 };
  const metadata: GgufFile["metadata"] = new Map([
    ...encoderEntries("vision", embeddingLength),
    ["clip.projector_type", text("mlp")],
    ["clip.vision.image_size", uint32(IMAGE_SIDE)],
    ["clip.vision.patch_size", uint32(PATCH_SIDE)],
    ["clip.vision.image_mean", halves],
    ["clip.vision.image_std", halves],
  ]);
  return madeGguf(metadata, [
    ["v.patch_embd.weight", PATCH_SIDE, PATCH_SIDE, 3, ENCODER_WIDTH],
    ["v.position_embd.weight", ENCODER_WIDTH, TOKENS_OF_IMAGE],
    ["mm.0.weight", ENCODER_WIDTH, embeddingLength],
    ["mm.0.bias", embeddingLength],
    ["mm.2.weight", embeddingLength, embeddingLength],
    ["mm.2.bias", embeddingLength],
    ...encoderBlocks("v"),
  ]);
}

const MEL_BINS = 128;
/** Whisper's encoder takes half a minute at a time, in so many positions; two of them become a token. */
const POSITIONS_OF_SOUND = 1500;
/** How many tokens a sound of half a minute or less becomes by `hearingProjectorFor`. */
export const TOKENS_OF_SOUND: number = POSITIONS_OF_SOUND / 2;

/** An encoder of sound with random weights, for a model of that width, of the kind of Qwen2-Audio. */
export function hearingProjectorFor(embeddingLength: number): Buffer {
  const metadata: GgufFile["metadata"] = new Map([
    ...encoderEntries("audio", embeddingLength),
    ["clip.projector_type", text("qwen2a")],
    ["clip.audio.num_mel_bins", uint32(MEL_BINS)],
  ]);
  return madeGguf(metadata, [
    ["a.conv1d.1.weight", 3, MEL_BINS, ENCODER_WIDTH],
    ["a.conv1d.1.bias", 1, ENCODER_WIDTH],
    ["a.conv1d.2.weight", 3, ENCODER_WIDTH, ENCODER_WIDTH],
    ["a.conv1d.2.bias", 1, ENCODER_WIDTH],
    ["a.position_embd.weight", ENCODER_WIDTH, POSITIONS_OF_SOUND],
    ["a.post_ln.weight", ENCODER_WIDTH],
    ["a.post_ln.bias", ENCODER_WIDTH],
    ["mm.a.fc.weight", ENCODER_WIDTH, embeddingLength],
    ["mm.a.fc.bias", embeddingLength],
    ...encoderBlocks("a"),
  ]);
}

type Shape = [name: string, ...sizes: number[]];

function encoderEntries(sense: "vision" | "audio", embeddingLength: number): [string, GgufEntry][] {
  return [
    ["general.architecture", text("clip")],
    ["general.type", text("mmproj")],
    [`clip.has_${sense}_encoder`, yes],
    ["clip.use_gelu", yes],
    [`clip.${sense}.embedding_length`, uint32(ENCODER_WIDTH)],
    [`clip.${sense}.feed_forward_length`, uint32(ENCODER_WIDTH)],
    [`clip.${sense}.projection_dim`, uint32(embeddingLength)],
    [`clip.${sense}.block_count`, uint32(ENCODER_BLOCKS)],
    [`clip.${sense}.attention.head_count`, uint32(2)],
    [`clip.${sense}.attention.layer_norm_epsilon`, { type: GgufType.float32, value: 1e-5 }],
  ];
}

function encoderBlocks(prefix: string): Shape[] {
  return Array.from({ length: ENCODER_BLOCKS }, (_, block) => `${prefix}.blk.${block}`).flatMap((name) => [
    ...["attn_q", "attn_k", "attn_v", "attn_out", "ffn_up", "ffn_down"].map(
      (part): Shape => [`${name}.${part}.weight`, ENCODER_WIDTH, ENCODER_WIDTH],
    ),
    // Whisper has no bias for keys.
    ...["attn_q", "attn_v", "attn_out", "ffn_up", "ffn_down"].map(
      (part): Shape => [`${name}.${part}.bias`, ENCODER_WIDTH],
    ),
    ...["ln1", "ln2"].flatMap((part): Shape[] => [
      [`${name}.${part}.weight`, ENCODER_WIDTH],
      [`${name}.${part}.bias`, ENCODER_WIDTH],
    ]),
  ]);
}

const F16 = 1;
const A_TENTH = 0x2e66;

/** A GGUF file whose weights are waves; those that are moved over a sound are halves, which llama.cpp insists on. */
function madeGguf(metadata: GgufFile["metadata"], shapes: readonly Shape[]): Buffer {
  let offset = 0;
  const data: Buffer[] = [];
  const tensors = shapes.map(([name, ...shape]) => {
    const count = shape.reduce((product, size) => product * size, 1);
    const isHalf = /conv1d.*weight/.test(name);
    const values = isHalf
      ? new Uint16Array(count).fill(A_TENTH)
      : Float32Array.from({ length: count }, (_, index) => Math.sin(index + offset));
    const tensor = { name, shape, type: isHalf ? F16 : F32, offset };
    data.push(Buffer.from(values.buffer));
    offset += values.byteLength;
    return tensor;
  });
  return Buffer.concat([writeGgufHead({ metadata, tensors }), ...data]);
}
