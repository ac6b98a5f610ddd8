import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** A request as it was recorded. */
export interface RecordedRequest {
  method: string;
  path: string;
  headers: Record<string, string | string[]>;
  body?: unknown;
  bodyFile?: string;
  abortAfterChunks?: number;
  abortAfterMs?: number;
}

/** An answer as it was recorded, or as it came. */
export interface Answer {
  /** 0 when the head never came. */
  status: number;
  statusText: string;
  headers: Record<string, string | string[]>;
  framing: "chunked" | "content-length" | "none";
  body: Buffer;
  end: "complete" | "client-abort" | "server-close";
}

/** An answer as it was recorded, with its time. */
export interface RecordedAnswer extends Answer {
  /** From the request to the end, in milliseconds. */
  endMs: number;
}

/** A request with its answer, or something that is done to the server. */
export interface Step {
  lane?: string;
  startAtMs?: number;
  request?: RecordedRequest;
  response?: RecordedAnswer;
  action?: "wait" | "slow-runner" | "stop-runner" | "kill-runner" | "stop-server" | "kill-server";
  ms?: number;
  atChunk?: number;
}

/** One recording. */
export interface Recording {
  name: string;
  group: string;
  server: string;
  before: RecordedRequest[];
  steps: Step[];
  after: RecordedRequest[];
}

interface RawStep extends Omit<Step, "response"> {
  response?: Omit<RecordedAnswer, "body"> & { chunks: { data: string; enc?: "base64" }[] };
}

/** Reads all recordings of a folder. */
export function readRecordings(folder: string): Recording[] {
  const files = readdirSync(folder).filter((file) => file.endsWith(".json"));
  return files.sort().map((file) => readRecording(join(folder, file)));
}

function readRecording(path: string): Recording {
  const raw = JSON.parse(readFileSync(path, "utf8"));
  const steps: RawStep[] = raw.steps ?? [{ request: raw.request, response: raw.response }];
  return {
    name: raw.case,
    group: raw.group,
    server: raw.server ?? "",
    before: (raw.before ?? []).map(withHeaders),
    steps: steps.map(readStep),
    after: (raw.after ?? []).map(withHeaders),
  };
}

function readStep({ response, ...step }: RawStep): Step {
  if (response === undefined) return step;
  const { chunks, ...head } = response;
  const body = Buffer.concat(chunks.map(({ data, enc }) => Buffer.from(data, enc ?? "utf8")));
  return { ...step, response: { ...head, body } };
}

function withHeaders(request: RecordedRequest): RecordedRequest {
  return { ...request, headers: request.headers ?? { Host: "127.0.0.1:11434" } };
}
