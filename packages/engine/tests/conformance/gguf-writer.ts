import { readFileSync } from "node:fs";

const BOOL = 7;
const STRING = 8;
const ARRAY = 9;
const ALIGNMENT = 32;
const FIXED_SIZES: Record<number, number> = { 0: 1, 1: 1, 2: 2, 3: 2, 4: 4, 5: 4, 6: 4, 7: 1, 10: 8, 11: 8, 12: 8 };
const TEXT_ENDS = ["tokenizer.ggml.add_bos_token", "tokenizer.ggml.add_eos_token"];

/** Changes to a GGUF file's metadata. */
export interface GgufChanges {
  /** Keys to leave out. */
  without: readonly string[];
  /** The chat template to put in. */
  chatTemplate?: string;
  /** The context length to claim, in tokens. */
  contextLength?: number;
  /** Whether the model wants tokens around a text. */
  textEnds?: boolean;
}

/** Writes a GGUF file anew with other metadata; the tensors stay as they are. */
export function rewriteGguf(path: string, changes: GgufChanges): Buffer {
  const file = readFileSync(path);
  const reader = new EntryReader(file);
  const kept: Buffer[] = [];
  const replaced = changes.textEnds === undefined ? [] : TEXT_ENDS;
  for (const { key, bytes } of reader.entries()) {
    if (changes.without.includes(key) || replaced.includes(key)) continue;
    if (changes.contextLength !== undefined && key.endsWith(".context_length")) {
      kept.push(Buffer.concat([text(key), uint32(4), uint32(changes.contextLength)]));
    } else kept.push(bytes);
  }
  if (changes.chatTemplate !== undefined) {
    kept.push(Buffer.concat([text("tokenizer.chat_template"), uint32(STRING), text(changes.chatTemplate)]));
  }
  for (const key of replaced) kept.push(Buffer.concat([text(key), uint32(BOOL), Buffer.of(Number(changes.textEnds))]));
  const { tensors, data } = reader.rest();
  const head = Buffer.concat([file.subarray(0, 16), uint64(kept.length), ...kept, tensors]);
  return Buffer.concat([head, Buffer.alloc((ALIGNMENT - (head.length % ALIGNMENT)) % ALIGNMENT), data]);
}

class EntryReader {
  readonly #file: Buffer;
  readonly #tensorCount: number;
  readonly #entryCount: number;
  #at = 24;

  constructor(file: Buffer) {
    this.#file = file;
    this.#tensorCount = Number(file.readBigUInt64LE(8));
    this.#entryCount = Number(file.readBigUInt64LE(16));
  }

  *entries(): Generator<{ key: string; bytes: Buffer }> {
    for (let index = 0; index < this.#entryCount; index++) {
      const start = this.#at;
      const key = this.#text();
      this.#skip(this.#uint32());
      yield { key, bytes: this.#file.subarray(start, this.#at) };
    }
  }

  rest(): { tensors: Buffer; data: Buffer } {
    const start = this.#at;
    for (let index = 0; index < this.#tensorCount; index++) {
      this.#text();
      const dimensions = this.#uint32();
      this.#at += 8 * dimensions + 12;
    }
    const dataStart = Math.ceil(this.#at / ALIGNMENT) * ALIGNMENT;
    return { tensors: this.#file.subarray(start, this.#at), data: this.#file.subarray(dataStart) };
  }

  #skip(type: number): void {
    if (type === STRING) this.#text();
    else if (type === ARRAY) {
      const item = this.#uint32();
      const count = Number(this.#file.readBigUInt64LE(this.#at));
      this.#at += 8;
      for (let index = 0; index < count; index++) this.#skip(item);
    } else this.#at += FIXED_SIZES[type] ?? 0;
  }

  #uint32(): number {
    this.#at += 4;
    return this.#file.readUInt32LE(this.#at - 4);
  }

  #text(): string {
    const length = Number(this.#file.readBigUInt64LE(this.#at));
    const start = this.#at + 8;
    this.#at = start + length;
    return this.#file.toString("utf8", start, this.#at);
  }
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

function uint64(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes;
}

function text(value: string): Buffer {
  const bytes = Buffer.from(value);
  return Buffer.concat([uint64(bytes.length), bytes]);
}
