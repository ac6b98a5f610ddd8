import { readFileSync } from "node:fs";
import type { ExecutorClient, ExecutorReplyLine, ExecutorStream } from "../../src/wire/executor-client.js";

interface Transcript {
  request: { body: { model: string; prompt?: string; messages?: never[]; options?: Record<string, unknown> } };
  response: { chunks: { data: string }[] };
}

/** Where the recordings are. */
export const TRANSCRIPTS: URL = new URL("../../../test-utils/transcripts/", import.meta.url);

/** A recorded case: what was asked, and the lines that a real server answered. */
export function readTranscript(name: string): Transcript["request"] & { lines: ExecutorReplyLine[] } {
  const { request, response } = JSON.parse(readFileSync(new URL(`${name}.json`, TRANSCRIPTS), "utf8")) as Transcript;
  const text = response.chunks.map((chunk) => chunk.data).join("");
  const lines = text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as ExecutorReplyLine);
  return { ...request, lines };
}

/** A client that answers generate and chat from a script, and keeps what it was asked. */
export class ScriptedClient implements ExecutorClient {
  readonly requests: Record<string, unknown>[] = [];
  readonly #script: (signal: AbortSignal | undefined) => AsyncIterable<ExecutorReplyLine>;

  constructor(script: (signal: AbortSignal | undefined) => AsyncIterable<ExecutorReplyLine>) {
    this.#script = script;
  }

  static of(lines: readonly ExecutorReplyLine[]): ScriptedClient {
    return new ScriptedClient(async function* () {
      yield* lines;
    });
  }

  generate(request: Record<string, unknown>, call?: { signal?: AbortSignal }): ExecutorStream {
    this.requests.push(request);
    return this.#script(call?.signal);
  }

  chat(request: Record<string, unknown>, call?: { signal?: AbortSignal }): ExecutorStream {
    this.requests.push(request);
    return this.#script(call?.signal);
  }

  async embed(request: {
    model: string;
    input: string[];
  }): Promise<{ model: string; embeddings: number[][]; prompt_eval_count: number }> {
    this.requests.push(request);
    return { model: request.model, embeddings: request.input.map((text) => [text.length]), prompt_eval_count: 7 };
  }

  async show(): Promise<Record<string, unknown>> {
    const [reply] = readTranscript("show-chat").lines;
    return reply as Record<string, unknown>;
  }

  async ps(): Promise<{ models: { name: string; digest: string; size: number; size_vram: number }[] }> {
    return { models: [{ name: "tiny-chat:latest", digest: "d1", size: 100, size_vram: 52 }] };
  }
}
