import { type GgufEntry, type GgufFile, type GgufTensor, GgufType, type GgufValue } from "./gguf-file.js";
import { alignmentOf } from "./read-gguf.js";

const MAGIC = 0x46554747;
const VERSION = 3;

/** Writes the head of a GGUF file, up to where the tensors' data begins. */
export function writeGgufHead({ metadata, tensors }: Pick<GgufFile, "metadata" | "tensors">): Buffer {
  const pieces = [uint(4, MAGIC), uint(4, VERSION), uint(8, tensors.length), uint(8, metadata.size)];
  for (const [key, entry] of metadata) pieces.push(text(key), ...entryPieces(entry));
  for (const tensor of tensors) pieces.push(...tensorPieces(tensor));
  const length = pieces.reduce((sum, piece) => sum + piece.length, 0);
  const alignment = alignmentOf(metadata);
  return Buffer.concat([...pieces, Buffer.alloc((alignment - (length % alignment)) % alignment)]);
}

function entryPieces({ type, itemType, value }: GgufEntry): Buffer[] {
  if (!Array.isArray(value)) return [uint(4, type), scalar(type, value)];
  return [uint(4, type), ...arrayPieces(value, itemType ?? GgufType.uint8)];
}

function arrayPieces(items: readonly GgufValue[], itemType: GgufType): Buffer[] {
  return [uint(4, itemType), uint(8, items.length), ...items.map((item) => scalar(itemType, item))];
}

function tensorPieces({ name, shape, type, offset }: GgufTensor): Buffer[] {
  return [text(name), uint(4, shape.length), ...shape.map((size) => uint(8, size)), uint(4, type), uint(8, offset)];
}

const SIZES: Partial<Record<GgufType, number>> = {
  [GgufType.uint8]: 1,
  [GgufType.int8]: 1,
  [GgufType.uint16]: 2,
  [GgufType.int16]: 2,
  [GgufType.uint32]: 4,
  [GgufType.int32]: 4,
  [GgufType.uint64]: 8,
  [GgufType.int64]: 8,
  [GgufType.bool]: 1,
};

function scalar(type: GgufType, value: GgufValue): Buffer {
  if (type === GgufType.string) return text(String(value));
  if (type === GgufType.float32 || type === GgufType.float64) return float(type, Number(value));
  return uint(SIZES[type] ?? 0, value as number | bigint | boolean);
}

function float(type: GgufType, value: number): Buffer {
  const bytes = Buffer.alloc(type === GgufType.float32 ? 4 : 8);
  if (type === GgufType.float32) bytes.writeFloatLE(value);
  else bytes.writeDoubleLE(value);
  return bytes;
}

/** A whole number as so many bytes; a negative one in two's complement. */
function uint(size: number, value: number | bigint | boolean): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt.asUintN(64, BigInt(value)));
  return bytes.subarray(0, size);
}

function text(value: string): Buffer {
  const bytes = Buffer.from(value);
  return Buffer.concat([uint(8, bytes.length), bytes]);
}
