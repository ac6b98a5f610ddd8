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
