import { open } from "node:fs/promises";
import { GgufCursor } from "./gguf-cursor.js";
import { type GgufEntry, GgufError, type GgufFile, type GgufTensor, GgufType, type GgufValue } from "./gguf-file.js";

const MAGIC = 0x46554747;
const CHUNK_BYTES = 1 << 20;
/** Far above any real model's head (the largest tokenizers take some 20 MB). */
const LARGEST_HEAD_BYTES = 256 << 20;
const MOST_ENTRIES = 65_536;
const MOST_TENSORS = 1_000_000;
const MOST_DIMENSIONS = 8;
/** The largest tokenizers have some 300 000 tokens. */
const LONGEST_ARRAY = 4_000_000;
const DEEPEST_ARRAY = 4;
const DEFAULT_ALIGNMENT = 32;

/**
 * Reads the head of a GGUF file. Sizes that the file claims are checked against what is there before anything is
 * set aside for them, so that a damaged or hostile file costs an error and no memory.
 * @throws GgufError when the file is no GGUF or is cut off
 */
export async function readGguf(path: string): Promise<GgufFile> {
  const file = await open(path, "r");
  try {
    const size = (await file.stat()).size;
    let length = Math.min(size, CHUNK_BYTES);
    for (;;) {
      const buffer = Buffer.alloc(length);
      await readFully(file, buffer);
      const cursor = new GgufCursor(buffer, size);
      try {
        return parseHead(cursor);
      } catch (error) {
        if (!cursor.ranOut || length >= size || length >= LARGEST_HEAD_BYTES) throw error;
        length = Math.min(size, length * 4, LARGEST_HEAD_BYTES);
      }
    }
  } finally {
    await file.close();
  }
}

async function readFully(file: Awaited<ReturnType<typeof open>>, buffer: Buffer): Promise<void> {
  let offset = 0;
  while (offset < buffer.length) {
    const { bytesRead } = await file.read(buffer, offset, buffer.length - offset, offset);
    if (bytesRead === 0) throw new GgufError("unexpected EOF");
    offset += bytesRead;
  }
}

function parseHead(cursor: GgufCursor): GgufFile {
  if (cursor.uint32() !== MAGIC) throw new GgufError("supplied file was not in GGUF format");
  const version = cursor.uint32();
  if (version < 2 || version > 3) throw new GgufError(`unsupported GGUF version ${version}`);
  const tensorCount = cursor.count(MOST_TENSORS, 25);
  const entryCount = cursor.count(MOST_ENTRIES, 13);
  const metadata = new Map<string, GgufEntry>();
  for (let index = 0; index < entryCount; index++) {
    const key = cursor.text();
    metadata.set(key, readEntry(cursor));
  }
  const tensors: GgufTensor[] = [];
  for (let index = 0; index < tensorCount; index++) tensors.push(readTensor(cursor));
  const alignment = alignmentOf(metadata);
  return { version, metadata, tensors, dataStart: Math.ceil(cursor.position / alignment) * alignment };
}

/** What the beginnings of tensors' data are multiples of, in bytes. */
export function alignmentOf(metadata: GgufFile["metadata"]): number {
  const value = metadata.get("general.alignment")?.value;
  return typeof value === "number" && value > 0 ? value : DEFAULT_ALIGNMENT;
}

function readEntry(cursor: GgufCursor): GgufEntry {
  const type: GgufType = cursor.uint32();
  if (type !== GgufType.array) return { type, value: readScalar(cursor, type) };
  const { itemType, value } = readArray(cursor, 1);
  return { type, itemType, value };
}

function readArray(cursor: GgufCursor, depth: number): { itemType: GgufType; value: GgufValue[] } {
  if (depth > DEEPEST_ARRAY) throw new GgufError("arrays are nested too deeply");
  const itemType: GgufType = cursor.uint32();
  const length = cursor.count(LONGEST_ARRAY, 1);
  const value: GgufValue[] = [];
  for (let index = 0; index < length; index++) {
    value.push(itemType === GgufType.array ? readArray(cursor, depth + 1).value : readScalar(cursor, itemType));
  }
  return { itemType, value };
}

function readScalar(cursor: GgufCursor, type: GgufType): GgufValue {
  switch (type) {
    case GgufType.uint8:
      return cursor.uint8();
    case GgufType.int8:
      return cursor.int8();
    case GgufType.uint16:
      return cursor.uint16();
    case GgufType.int16:
      return cursor.int16();
    case GgufType.uint32:
      return cursor.uint32();
    case GgufType.int32:
      return cursor.int32();
    case GgufType.float32:
      return cursor.float32();
    case GgufType.bool:
      return cursor.uint8() !== 0;
    case GgufType.string:
      return cursor.text();
    case GgufType.uint64:
      return cursor.uint64();
    case GgufType.int64:
      return cursor.int64();
    case GgufType.float64:
      return cursor.float64();
    default:
      throw new GgufError(`unknown type ${type} of a metadata value`);
  }
}

function readTensor(cursor: GgufCursor): GgufTensor {
  const name = cursor.text();
  const dimensions = cursor.uint32();
  if (dimensions > MOST_DIMENSIONS) throw new GgufError(`tensor ${JSON.stringify(name)} has ${dimensions} dimensions`);
  const shape: number[] = [];
  for (let index = 0; index < dimensions; index++) shape.push(Number(cursor.uint64()));
  const type = cursor.uint32();
  return { name, shape, type, offset: Number(cursor.uint64()) };
}
