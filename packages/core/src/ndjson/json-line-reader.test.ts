import { systemClock } from "@codo/ollama-contract";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CallScope } from "../deadlines/call-scope.js";
import type { ByteSink, ByteSource } from "../transport/transport.js";
import { JsonLineReader, type StreamWatcher } from "./json-line-reader.js";

/** A body of given pieces, each handed out when it is asked for: at once, or a turn later. */
class PiecedSource implements ByteSource {
  asked = 0;
  destroyed = false;
  readonly #pieces: Uint8Array[];
  readonly #late: boolean;
  #sink: ByteSink | undefined;

  constructor(pieces: Uint8Array[], late = false) {
    this.#pieces = [...pieces];
    this.#late = late;
  }

  connect(sink: ByteSink): void {
    this.#sink = sink;
  }

  ask(): void {
    this.asked += 1;
    if (this.#late) queueMicrotask(() => this.#give());
    else this.#give();
  }

  destroy(): void {
    this.destroyed = true;
  }

  #give(): void {
    const piece = this.#pieces.shift();
    if (piece === undefined) this.#sink?.end();
    else this.#sink?.data(piece);
  }
}

const watcher: StreamWatcher<unknown> = { see: () => undefined, complete: true, partial: () => ({}) };

function readerOf(source: ByteSource): JsonLineReader<unknown> {
  const scope = new CallScope({ method: "POST", path: "/api/chat", host: "http://x" }, {}, systemClock);
  return new JsonLineReader(source, scope, watcher, (bytes) => new TextDecoder().decode(bytes));
}

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);

async function collect(reader: AsyncIterable<unknown>): Promise<unknown[]> {
  const values: unknown[] = [];
  for await (const value of reader) values.push(value);
  return values;
}

describe("a stream of values", () => {
  it("is the same however its bytes were cut, whether they come at once or later, iterated or visited", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.jsonValue(), { maxLength: 20 }),
        fc.array(fc.nat(), { maxLength: 30 }),
        fc.boolean(),
        async (values, positions, late) => {
          const bytes = encode(values.map((value) => `${JSON.stringify(value)}\n`).join(""));
          const cuts = [...new Set([0, ...positions.map((one) => one % (bytes.length + 1)), bytes.length])];
          cuts.sort((a, b) => a - b);
          const pieces = cuts.slice(1).map((end, index) => bytes.subarray(cuts[index], end));
          const same = values.map((value) => JSON.parse(JSON.stringify(value)));
          expect(await collect(readerOf(new PiecedSource(pieces, late)))).toEqual(same);
          const visited: unknown[] = [];
          await readerOf(new PiecedSource(pieces, late)).each((value) => visited.push(value));
          expect(visited).toEqual(same);
        },
      ),
    );
  });

  it("asks for a piece only when a consumer waits for what has not come", async () => {
    const source = new PiecedSource([encode("1\n2\n3\n"), encode("4\n")]);
    const reader = readerOf(source);
    expect(source.asked).toBe(0);
    expect(await reader.next()).toEqual({ done: false, value: 1 });
    await reader.next();
    await reader.next();
    expect(source.asked).toBe(1);
    await reader.next();
    expect(source.asked).toBe(2);
  });

  it("gives reads that wait side by side their values in order", async () => {
    const pieces = ["1\n", "2\n3", "\n"].map((text) => encode(text));
    for (const late of [false, true]) {
      const reader = readerOf(new PiecedSource(pieces, late));
      const results = await Promise.all([1, 2, 3, 4, 5].map(() => reader.next()));
      expect(results.map(({ value }) => value)).toEqual([1, 2, 3, undefined, undefined]);
    }
  });

  it("refuses a line beyond 8 MB, and says which", async () => {
    const long = new Uint8Array(8 * 1024 * 1024 + 1).fill(120);
    const reader = readerOf(new PiecedSource([encode("1\n"), long]));
    await reader.next();
    await expect(reader.next()).rejects.toMatchObject({
      code: "STREAM_CORRUPT",
      message: expect.stringContaining("line 2 is longer than 8388608 bytes"),
    });
  });

  it("takes a line of 8 MB", async () => {
    const long = encode(`"${"x".repeat(8 * 1024 * 1024 - 2)}"\n`);
    expect(await collect(readerOf(new PiecedSource([long])))).toHaveLength(1);
  });

  it("gives a visitor what is left, and the values of reads that wait to those", async () => {
    const reader = readerOf(new PiecedSource([encode("1\n2\n3\n4\n")], true));
    const visited: unknown[] = [];
    const [first, second] = await Promise.all([
      reader.next(),
      reader.next(),
      reader.each((value) => visited.push(value)),
    ]);
    expect([first.value, second.value, ...visited]).toEqual([1, 2, 3, 4]);
  });

  it("ends with what a visitor throws, and closes the connection", async () => {
    const source = new PiecedSource([encode("1\n2\n3\n")]);
    const reader = readerOf(source);
    const visited: unknown[] = [];
    const reading = reader.each((value) => {
      visited.push(value);
      if (value === 2) throw new RangeError("enough");
    });
    await expect(reading).rejects.toThrow("enough");
    expect(visited).toEqual([1, 2]);
    expect(source.destroyed).toBe(true);
    expect(await reader.next()).toEqual({ done: true, value: undefined });
  });

  it("that a visitor aborts rejects with ABORTED and brings nothing more", async () => {
    const reader = readerOf(new PiecedSource([encode("1\n2\n3\n")]));
    const visited: unknown[] = [];
    const reading = reader.each((value) => {
      visited.push(value);
      reader.abort();
    });
    await expect(reading).rejects.toMatchObject({ code: "ABORTED" });
    expect(visited).toEqual([1]);
  });

  it("rejects for a visitor that aborts also where a read waits beside it", async () => {
    const reader = readerOf(new PiecedSource([encode("1\n2\n3\n")], true));
    const reading = reader.each(() => reader.abort());
    const beside = reader.next();
    await expect(reading).rejects.toMatchObject({ code: "ABORTED" });
    await expect(beside).rejects.toMatchObject({ code: "ABORTED" });
  });
});
