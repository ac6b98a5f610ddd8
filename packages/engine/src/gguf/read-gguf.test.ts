import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { GgufError } from "./gguf-file.js";
import { humanCount, modelFacts } from "./model-facts.js";
import { readGguf } from "./read-gguf.js";

const DEMO = fileURLToPath(new URL("../../models/codo-tiny/codo-tiny.gguf", import.meta.url));

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

function uint64(value: bigint): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(value);
  return bytes;
}

const text = (value: string): Buffer => Buffer.concat([uint64(BigInt(value.length)), Buffer.from(value)]);
const head = (tensors: bigint, entries: bigint): Buffer =>
  Buffer.concat([Buffer.from("GGUF"), uint32(3), uint64(tensors), uint64(entries)]);

describe("reading a GGUF file", () => {
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "codo-gguf-"));
  });

  afterAll(() => rm(folder, { recursive: true }));

  const read = async (...parts: Buffer[]): ReturnType<typeof readGguf> => {
    const path = join(folder, "some.gguf");
    await writeFile(path, Buffer.concat(parts));
    return readGguf(path);
  };

  it("finds the facts of the demo model", async () => {
    const facts = modelFacts(await readGguf(DEMO));
    expect(facts).toMatchObject({
      architecture: "llama",
      fileType: "F16",
      parameterCount: 1_176_576,
      contextLength: 2048,
      embeddingLength: 128,
      embedding: false,
    });
    expect(facts.chatTemplate).toContain("<tool_call>");
    expect(facts.eosToken).toBe("<|im_end|>");
  });

  it("refuses what is no GGUF", async () => {
    await expect(read(Buffer.from("a small blob for a test\n"))).rejects.toThrow("not in GGUF format");
    await expect(read()).rejects.toThrow(GgufError);
    await expect(read(Buffer.from("GGUF"), uint32(77))).rejects.toThrow("version 77");
  });

  it("refuses counts and lengths that the file can't hold, without setting memory aside for them", async () => {
    const huge = 2n ** 60n;
    await expect(read(head(0n, huge))).rejects.toThrow(GgufError);
    await expect(read(head(huge, 0n))).rejects.toThrow(GgufError);
    await expect(read(head(0n, 1n), uint64(huge), Buffer.alloc(64))).rejects.toThrow(GgufError);
    const array = [text("key"), uint32(9), uint32(8), uint64(huge), Buffer.alloc(64)];
    await expect(read(head(0n, 1n), ...array)).rejects.toThrow(GgufError);
  });

  it("refuses arrays in arrays in arrays", async () => {
    const nested = Array.from({ length: 2000 }, () => Buffer.concat([uint32(9), uint64(1n)]));
    await expect(read(head(0n, 1n), text("key"), uint32(9), ...nested)).rejects.toThrow("too deeply");
  });

  it("refuses unknown types and tensors of absurd dimensions", async () => {
    await expect(read(head(0n, 1n), text("key"), uint32(99), Buffer.alloc(8))).rejects.toThrow("unknown type 99");
    const tensor = [text("t"), uint32(1_000_000), Buffer.alloc(64)];
    await expect(read(head(1n, 0n), ...tensor)).rejects.toThrow("dimensions");
  });

  it("makes an error, and nothing else, of any damage", async () => {
    const whole = await import("node:fs/promises").then((fs) => fs.readFile(DEMO));
    const start = whole.subarray(0, 4096);
    await fc.assert(
      fc.asyncProperty(fc.nat(4095), fc.nat(255), fc.nat(4096), async (at, byte, length) => {
        const damaged = Buffer.from(start.subarray(0, length));
        if (at < damaged.length) damaged[at] = byte;
        await expect(read(damaged)).rejects.toThrow(GgufError);
      }),
      { numRuns: 60 },
    );
  });
});

describe("a parameter count", () => {
  it("is written as people say it", () => {
    expect([65_184, 112_128, 1_084_800, 7_200_000_000, 999].map(humanCount)).toEqual([
      "65K",
      "112K",
      "1.08M",
      "7.2B",
      "999",
    ]);
  });
});
