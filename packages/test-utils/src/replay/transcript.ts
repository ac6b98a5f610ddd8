import { readdirSync, readFileSync } from "node:fs";

const FOLDER = new URL("../../transcripts/", import.meta.url);

/** A request as it was recorded. */
export interface RecordedRequest {
  method: string;
  path: string;
  headers: Record<string, string | string[]>;
  /** An object was sent as `JSON.stringify(body)`, a string as it stands. */
  body?: unknown;
  /** A file whose bytes were the body, relative to the folder of recordings. */
  bodyFile?: string;
  /** The client closed after this many chunks. */
  abortAfterChunks?: number;
  /** The client closed after this many milliseconds. */
  abortAfterMs?: number;
}

/** A piece of an answer's body. */
export interface RecordedChunk {
  atMs: number;
  data: string;
  /** `base64` where the bytes are no UTF-8 by themselves. */
  enc?: "base64";
}

/** An answer as it was recorded. */
export interface RecordedResponse {
  /** 0 when the head never came. */
  status: number;
  statusText: string;
  headers: Record<string, string | string[]>;
  framing: "chunked" | "content-length" | "none";
  headAtMs: number;
  chunks: RecordedChunk[];
  end: "complete" | "client-abort" | "server-close";
  endMs: number;
}

/** One request and its answer. */
export interface RecordedExchange {
  /** Steps of one lane follow each other; lanes run side by side. */
  lane?: string;
  startAtMs?: number;
  request: RecordedRequest;
  response: RecordedResponse;
}

/** What a real Ollama said to one request, or to a few in a row. */
export interface Transcript {
  case: string;
  group: string;
  note: string;
  /** Requests and their answers; what was done to the server in between is left out. */
  exchanges: RecordedExchange[];
}

/** The names of all recordings, sorted. */
export function transcriptNames(): string[] {
  return readdirSync(FOLDER)
    .filter((file) => file.endsWith(".json"))
    .map((file) => file.slice(0, -".json".length))
    .sort();
}

/** One recording by its name. */
export function readTranscript(name: string): Transcript {
  const file = JSON.parse(readFileSync(new URL(`${name}.json`, FOLDER), "utf8"));
  const steps: unknown[] = file.steps ?? [file];
  const exchanges = steps.filter((step): step is RecordedExchange => (step as RecordedExchange).request !== undefined);
  return { case: file.case, group: file.group, note: file.note, exchanges };
}

/** The bytes of a recorded request's body; `undefined` when it had none. */
export function requestBodyOf(request: RecordedRequest): Buffer | undefined {
  if (request.bodyFile !== undefined) return readFileSync(new URL(request.bodyFile, FOLDER));
  if (request.body === undefined) return undefined;
  return Buffer.from(typeof request.body === "string" ? request.body : JSON.stringify(request.body));
}

/** The bytes of a piece of an answer. */
export function chunkBytes(chunk: RecordedChunk): Buffer {
  return Buffer.from(chunk.data, chunk.enc ?? "utf8");
}

/** All bytes of an answer's body, framing removed. */
export function responseBytes(response: RecordedResponse): Buffer {
  return Buffer.concat(response.chunks.map(chunkBytes));
}
