import type { Readable } from "node:stream";
import { StringDecoder } from "node:string_decoder";

const MAX_LINES = 40;
const MAX_LINE_LENGTH = 500;

/** The last lines that a process wrote: for the message when it dies early. */
export class LogTail {
  readonly #lines: string[] = [];

  /** Follows a stream to its end, without keeping this process alive for it. */
  follow(stream: Readable | null): void {
    if (stream === null) return;
    const decoder = new StringDecoder("utf8");
    let rest = "";
    stream.on("data", (bytes: Buffer) => {
      const lines = (rest + decoder.write(bytes)).split(/\r?\n/);
      rest = (lines.pop() ?? "").slice(-MAX_LINE_LENGTH);
      this.#add(lines);
    });
    stream.on("end", () => this.#add([rest]));
    stream.on("error", () => {});
    (stream as Readable & { unref?(): void }).unref?.();
  }

  get text(): string {
    return this.#lines.join("\n");
  }

  #add(lines: string[]): void {
    for (const line of lines) if (line.trim() !== "") this.#lines.push(line.slice(0, MAX_LINE_LENGTH));
    this.#lines.splice(0, this.#lines.length - MAX_LINES);
  }
}
