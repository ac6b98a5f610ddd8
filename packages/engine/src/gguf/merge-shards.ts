import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { GgufError, type GgufFile, type GgufTensor } from "./gguf-file.js";
import { alignmentOf, readGguf } from "./read-gguf.js";
import { writeGgufHead } from "./write-gguf-head.js";

/** One file of a model that was split into several. */
interface Shard {
  path: string;
  file: GgufFile;
  dataBytes: number;
}

/**
 * Makes one GGUF file of the parts of a split one, given in any order, as a stream that can be begun again.
 * @throws GgufError when a part is missing, or they don't belong together
 */
export async function mergeShards(paths: readonly string[]): Promise<() => AsyncGenerator<Buffer>> {
  const shards = sortShards(await Promise.all(paths.map(readShard)));
  const [first] = shards;
  if (first === undefined) throw new GgufError("there are no parts of a split GGUF");
  const alignment = alignmentOf(first.file.metadata);
  const metadata = new Map([...first.file.metadata].filter(([key]) => !key.startsWith("split.")));
  const tensors: GgufTensor[] = [];
  let start = 0;
  for (const { file, dataBytes } of shards) {
    for (const tensor of file.tensors) tensors.push({ ...tensor, offset: start + tensor.offset });
    start += padded(dataBytes, alignment);
  }
  return async function* () {
    yield writeGgufHead({ metadata, tensors });
    for (const { path, file, dataBytes } of shards) {
      for await (const chunk of createReadStream(path, { start: file.dataStart })) yield chunk as Buffer;
      yield Buffer.alloc(padded(dataBytes, alignment) - dataBytes);
    }
  };
}

async function readShard(path: string): Promise<Shard> {
  const file = await readGguf(path);
  return { path, file, dataBytes: Math.max(0, (await stat(path)).size - file.dataStart) };
}

/** In the order of their numbers, if each is there once. */
function sortShards(shards: readonly Shard[]): Shard[] {
  const byNumber = new Map(shards.map((shard) => [numberOf(shard, "split.no"), shard]));
  const count = Math.max(...shards.map((shard) => numberOf(shard, "split.count") ?? 0));
  const sorted = Array.from({ length: count }, (_, index) => byNumber.get(index));
  const missing = sorted.flatMap((shard, index) => (shard === undefined ? [index + 1] : []));
  if (missing.length > 0) {
    throw new GgufError(`the model is split into ${count} GGUF files: part ${missing.join(", ")} is missing`);
  }
  if (shards.length > count) throw new GgufError("the GGUF files are parts of several models: create each by itself");
  return sorted.filter((shard) => shard !== undefined);
}

function numberOf({ file }: Shard, key: string): number | undefined {
  const value = file.metadata.get(key)?.value;
  return typeof value === "number" ? value : undefined;
}

function padded(bytes: number, alignment: number): number {
  return Math.ceil(bytes / alignment) * alignment;
}
