import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ChunkMerger } from "./chunk-merger.js";

const HEAD = "HTTP/1.1 200 OK\r\nContent-Type: application/x-ndjson\r\nTransfer-Encoding: chunked\r\n\r\n";

function chunked(pieces: string[]): string {
  const frames = pieces.map((piece) => `${Buffer.byteLength(piece, "latin1").toString(16)}\r\n${piece}\r\n`);
  return `${HEAD}${frames.join("")}0\r\n\r\n`;
}

/** What a parser makes of merged bytes: bodies of chunked answers, and everything else as it is. */
function bodiesOf(text: string): string[] {
  const bodies: string[] = [];
  let rest = text;
  while (rest !== "") {
    expect(rest.startsWith(HEAD)).toBe(true);
    rest = rest.slice(HEAD.length);
    let body = "";
    for (;;) {
      const line = rest.slice(0, rest.indexOf("\r\n"));
      const size = Number.parseInt(line, 16);
      rest = rest.slice(line.length + 2);
      if (size === 0) break;
      body += rest.slice(0, size);
      expect(rest.slice(size, size + 2)).toBe("\r\n");
      rest = rest.slice(size + 2);
    }
    expect(rest.startsWith("\r\n")).toBe(true);
    rest = rest.slice(2);
    bodies.push(body);
  }
  return bodies;
}

function mergeReads(reads: Buffer[]): { text: string; pushes: number } {
  const merger = new ChunkMerger();
  const pieces = reads.flatMap((read) => merger.merge(Buffer.from(read)));
  return { text: Buffer.concat(pieces).toString("latin1"), pushes: pieces.length };
}

function cut(bytes: Buffer, positions: number[]): Buffer[] {
  const sorted = [...new Set([0, ...positions.map((position) => position % (bytes.length + 1)), bytes.length])];
  sorted.sort((a, b) => a - b);
  return sorted.slice(1).map((end, index) => bytes.subarray(sorted[index], end));
}

describe("chunked answers framed anew", () => {
  const piece = fc.string({ unit: "binary-ascii", minLength: 1, maxLength: 40 });

  it("keep every byte of every body, wherever the reads are cut", () => {
    fc.assert(
      fc.property(
        fc.array(fc.array(piece), { minLength: 1, maxLength: 3 }),
        fc.array(fc.nat()),
        (answers, positions) => {
          const bytes = Buffer.from(answers.map(chunked).join(""), "latin1");
          const { text } = mergeReads(cut(bytes, positions));
          expect(bodiesOf(text)).toEqual(answers.map((pieces) => pieces.join("")));
        },
      ),
      { numRuns: 300 },
    );
  });

  it("make one chunk of what came with one read", () => {
    const bytes = Buffer.from(chunked(Array.from({ length: 500 }, (_, index) => `{"n":${index}}\n`)), "latin1");
    expect(mergeReads([bytes]).pushes).toBeLessThan(10);
  });

  it("pass as they came, in one piece, where there is nothing to merge", () => {
    const bytes = Buffer.from(chunked(["one line\n"]), "latin1");
    expect(mergeReads([bytes])).toEqual({ text: bytes.toString("latin1"), pushes: 1 });
  });

  it("hold back nothing of a chunk that has not come to its end", () => {
    const merger = new ChunkMerger();
    merger.merge(Buffer.from(HEAD));
    const [size, data, end] = merger.merge(Buffer.from("a\r\n12345"));
    expect([size, data, end].map(String)).toEqual(["5\r\n", "12345", "\r\n"]);
  });
});

describe("what is not chunked passes as it is", () => {
  it.each([
    [
      "a body with a length, twice",
      "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhelloHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi",
    ],
    ["a body until the connection ends", "HTTP/1.1 200 OK\r\n\r\n5\r\nhello"],
    ["an interim answer before", `HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n`],
    ["no body at all", "HTTP/1.1 204 No Content\r\n\r\nHTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n"],
    ["what is no HTTP", "SSH-2.0-OpenSSH_9.6\r\n\r\n5\r\n"],
    ["a size that is none", `${HEAD}zz\r\nhello\r\n`],
  ])("%s", (_what, text) => {
    for (const size of [1, 3, text.length]) {
      const bytes = Buffer.from(text, "latin1");
      const reads = Array.from({ length: Math.ceil(text.length / size) }, (_, index) =>
        bytes.subarray(index * size, (index + 1) * size),
      );
      expect(mergeReads(reads).text).toBe(text);
    }
  });

  it("trailers and chunk extensions do no harm", () => {
    const text = `${HEAD}5;x=1\r\nhello\r\n0\r\nX-Sum: 1\r\n\r\n`;
    expect(mergeReads([Buffer.from(text)]).text).toBe(text);
  });
});
