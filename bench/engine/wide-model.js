// A model of a size that people use, which no repository could hold: the words of codo-tiny and 85 million random weights.
// What it writes is noise; what it costs is what a model of its shape costs. It writes whole words only and never ends:
// a piece of a character would be held back until the rest is there, and look like a gap.
import { closeSync, openSync, readFileSync, writeSync } from "node:fs";
import { fileURLToPath } from "node:url";

const TINY = fileURLToPath(new URL("../../packages/engine/models/codo-tiny/codo-tiny.gguf", import.meta.url));
const WIDTH = 768;
const FEED_FORWARD = 2048;
const BLOCKS = 12;
const HEADS = 12;
const SIZES = {
  "llama.embedding_length": WIDTH,
  "llama.feed_forward_length": FEED_FORWARD,
  "llama.block_count": BLOCKS,
  "llama.attention.head_count": HEADS,
  "llama.attention.head_count_kv": HEADS,
  "llama.rope.dimension_count": WIDTH / HEADS,
};

// The types of GGUF (its specification, "File structure").
const F32 = 0;
const F16 = 1;
const UINT32 = 4;
const STRING = 8;
const ARRAY = 9;
const BYTES_OF = { 0: 1, 1: 1, 2: 2, 3: 2, 4: 4, 5: 4, 6: 4, 7: 1, 10: 8, 11: 8, 12: 8 };
const ALIGNMENT = 32;

const aligned = (length) => Math.ceil(length / ALIGNMENT) * ALIGNMENT;

/** Writes the model to a new file. */
export function writeWideModel(path) {
  const { entries, words } = tinyEntries();
  const tensors = tensorsOf(words.length);
  let offset = 0;
  const infos = tensors.map(({ name, shape, type }) => {
    const info = Buffer.concat([
      text(name),
      uint(4, shape.length),
      ...shape.map((size) => uint(8, size)),
      uint(4, type),
      uint(8, offset),
    ]);
    offset += aligned(bytesOf({ shape, type }));
    return info;
  });
  const head = Buffer.concat([
    Buffer.from("GGUF"),
    uint(4, 3),
    uint(8, tensors.length),
    uint(8, entries.length),
    ...entries,
    ...infos,
  ]);
  const file = openSync(path, "w");
  writeSync(file, Buffer.concat([head, Buffer.alloc(aligned(head.length) - head.length)]));
  for (const tensor of tensors) {
    const bytes = tensor.type === F32 ? ones(tensor.shape) : noise(bytesOf(tensor));
    if (tensor.name === "token_embd.weight") silence(bytes, words);
    writeSync(file, Buffer.concat([bytes, Buffer.alloc(aligned(bytes.length) - bytes.length)]));
  }
  closeSync(file);
}

function tensorsOf(words) {
  const tensors = [
    { name: "token_embd.weight", shape: [WIDTH, words], type: F16 },
    { name: "output_norm.weight", shape: [WIDTH], type: F32 },
  ];
  for (let block = 0; block < BLOCKS; block++) {
    const add = (name, type, ...shape) => tensors.push({ name: `blk.${block}.${name}.weight`, shape, type });
    add("attn_norm", F32, WIDTH);
    for (const name of ["attn_q", "attn_k", "attn_v", "attn_output"]) add(name, F16, WIDTH, WIDTH);
    add("ffn_norm", F32, WIDTH);
    for (const name of ["ffn_gate", "ffn_up"]) add(name, F16, WIDTH, FEED_FORWARD);
    add("ffn_down", F16, FEED_FORWARD, WIDTH);
  }
  return tensors;
}

const bytesOf = ({ shape, type }) => shape.reduce((product, size) => product * size, type === F32 ? 4 : 2);

const ones = ([length]) => Buffer.from(new Float32Array(length).fill(1).buffer);

/** A word without weights is less likely than the forty likeliest, of which one is chosen. */
function silence(bytes, words) {
  words.forEach((word, index) => {
    if (!isWhole(word)) bytes.fill(0, index * WIDTH * 2, (index + 1) * WIDTH * 2);
  });
}

/** GPT-2's vocabularies write bytes as letters: from the first printable one that is not ASCII on, mostly parts of characters. */
const isWhole = (word) => !/^<\|/.test(word) && !/[\u00a1-\u00ff\u0122-\u0143]/.test(word);

let state = 1;

/** Halves between 2^-7 and 2^-5 in size, with either sign: xorshift32 chooses the sign, a bit of the exponent, the fraction. */
function noise(length) {
  const halves = new Uint16Array(length / 2);
  for (let at = 0; at < halves.length; at++) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    halves[at] = (state & 0x87ff) | 0x2000;
  }
  return Buffer.from(halves.buffer);
}

/** The metadata of codo-tiny with the sizes of this model, and its words. */
function tinyEntries() {
  const file = readFileSync(TINY);
  let at = 24;
  const uint32 = () => {
    at += 4;
    return file.readUInt32LE(at - 4);
  };
  const uint64 = () => {
    at += 8;
    return Number(file.readBigUInt64LE(at - 8));
  };
  const string = () => {
    const length = uint64();
    at += length;
    return file.toString("utf8", at - length, at);
  };
  const read = (type) => {
    if (type === STRING) return string();
    if (type === ARRAY) {
      const item = uint32();
      return Array.from({ length: uint64() }, () => read(item));
    }
    at += BYTES_OF[type];
  };
  const entries = [];
  let words = [];
  for (let left = Number(file.readBigUInt64LE(16)); left > 0; left--) {
    const start = at;
    const key = string();
    const type = uint32();
    const value = read(type);
    if (key === "tokenizer.ggml.tokens") words = value;
    const size = SIZES[key];
    entries.push(
      size === undefined ? file.subarray(start, at) : Buffer.concat([text(key), uint(4, UINT32), uint(4, size)]),
    );
  }
  return { entries, words };
}

function uint(size, value) {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes.subarray(0, size);
}

function text(value) {
  const bytes = Buffer.from(value);
  return Buffer.concat([uint(8, bytes.length), bytes]);
}
