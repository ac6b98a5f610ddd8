import {
  type RecordedExchange,
  type ReplayServer,
  readTranscript,
  requestBodyOf,
  responseBytes,
  startReplayServer,
  transcriptNames,
} from "@codo/test-utils";
import { describe, expect, it } from "vitest";
import { OllamaClient, OllamaError, type StreamCall } from "../src/index.js";

/** Codes that neither the status nor a default gives away; all other recordings follow {@link expectedCode}. */
const CODE_BY_CASE: Record<string, string> = {
  "chat-think-unsupported": "MODEL_LACKS_CAPABILITY",
  "chat-tools-unsupported": "MODEL_LACKS_CAPABILITY",
  "chat-embed-model": "MODEL_LACKS_CAPABILITY",
  "chat-image-text-model": "MODEL_LACKS_CAPABILITY",
  "chat-image-jinja-model": "MODEL_LACKS_CAPABILITY",
  "generate-embed-model": "MODEL_LACKS_CAPABILITY",
  "generate-image-text-model": "MODEL_LACKS_CAPABILITY",
  "generate-suffix-unsupported": "MODEL_LACKS_CAPABILITY",
  "generate-think-unsupported": "MODEL_LACKS_CAPABILITY",
  "ps-keep-alive-number": "MODEL_LACKS_CAPABILITY",
  "chat-too-long-truncate-false": "CONTEXT_OVERFLOW",
  "chat-too-long-truncate-false-stream": "CONTEXT_OVERFLOW",
  "generate-too-long-truncate-false": "CONTEXT_OVERFLOW",
  "embed-too-long-truncate-false": "CONTEXT_OVERFLOW",
  "embeddings-legacy-too-long": "CONTEXT_OVERFLOW",
  "chat-format-bad": "INVALID_REQUEST",
  "chat-jinja-format-bad": "INVALID_REQUEST",
  "chat-option-bad-type": "INVALID_REQUEST",
  "generate-format-bad-string": "INVALID_REQUEST",
  "generate-format-bad-string-stream": "INVALID_REQUEST",
  "generate-option-bad-type": "INVALID_REQUEST",
  "generate-option-bad-type-stream": "INVALID_REQUEST",
  "generate-stop-not-array": "INVALID_REQUEST",
  "generate-template-bad": "INVALID_REQUEST",
  "create-quantize-f32": "INVALID_REQUEST",
  "create-quantize-unknown": "INVALID_REQUEST",
  "pull-not-in-registry": "MODEL_NOT_FOUND",
  "pull-not-in-registry-stream": "MODEL_NOT_FOUND",
};

const STATUS_CODES: Record<number, string> = {
  400: "INVALID_REQUEST",
  403: "UNAUTHORIZED",
  404: "MODEL_NOT_FOUND",
  500: "SERVER_ERROR",
  501: "MODEL_LACKS_CAPABILITY",
  503: "SERVER_BUSY",
};

/** Endpoints with a method of their own on the client, for requests whose body is a JSON object. */
const STREAMED = ["/api/generate", "/api/chat", "/api/create", "/api/pull", "/api/push"];

/** One exchange to play, and with whom. */
interface Play {
  client: OllamaClient;
  server: ReplayServer;
  name: string;
  exchange: RecordedExchange;
}

type Body = { model: string; stream?: boolean };

describe("every recording of a real server comes through the client without loss", () => {
  it.each(transcriptNames())("%s", async (name) => {
    const transcript = readTranscript(name);
    const server = await startReplayServer(transcript);
    const client = new OllamaClient({ host: server.url, retry: false });
    try {
      await Promise.all(
        lanesOf(transcript.exchanges).map(async (lane) => {
          for (const exchange of lane) await replay({ client, server, name, exchange });
        }),
      );
      await server.clientAborts(transcript.exchanges.filter(({ response }) => response.end === "client-abort").length);
    } finally {
      await server.stop();
    }
  });
});

describe("bytes that arrive one by one", () => {
  it.each(["chat-unicode-stream", "generate-format-enum-unicode-stream", "pull-success-stream", "tags"])(
    "%s",
    async (name) => {
      const transcript = readTranscript(name);
      const server = await startReplayServer(transcript, { pieceBytes: 1 });
      const client = new OllamaClient({ host: server.url, retry: false });
      try {
        for (const exchange of transcript.exchanges) await replay({ client, server, name, exchange });
      } finally {
        await server.stop();
      }
    },
  );
});

/** What a call gave, or what it rejected with. */
async function outcomeOf(call: PromiseLike<unknown>): Promise<unknown> {
  try {
    return await call;
  } catch (error) {
    return error;
  }
}

function lanesOf(exchanges: RecordedExchange[]): RecordedExchange[][] {
  const lanes = new Map<string, RecordedExchange[]>();
  for (const exchange of exchanges) {
    const lane = lanes.get(exchange.lane ?? "") ?? [];
    lane.push(exchange);
    lanes.set(exchange.lane ?? "", lane);
  }
  return [...lanes.values()];
}

/** Plays one exchange through the method that stands for it, or through `request` where none does. */
async function replay(play: Play): Promise<void> {
  const { client, exchange } = play;
  const { request } = exchange;
  const isObject = typeof request.body === "object" && request.body !== null && !Array.isArray(request.body);
  const hasOwnHeaders = Object.keys(request.headers).some((header) => /^(origin|access-control)/i.test(header));
  if (request.path.startsWith("/api/blobs/") && request.method !== "GET") return replayBlob(client, exchange);
  if (hasOwnHeaders || (request.method !== "GET" && !isObject)) return replayRaw(client, exchange);
  const call = methodFor(client, exchange);
  if (call === undefined) return replayRaw(client, exchange);
  if (request.method === "POST" && STREAMED.includes(request.path) && (request.body as Body).stream !== false) {
    return replayStream(play);
  }
  return replayWhole(play, call);
}

type Send = (signal: AbortSignal) => PromiseLike<unknown>;

function methodFor(client: OllamaClient, { request }: RecordedExchange): Send | undefined {
  const body = request.body as never;
  const methods: Record<string, Send> = {
    "GET /api/version": (signal) => client.version({ signal }),
    "GET /api/tags": (signal) => client.list({ signal }),
    "GET /api/ps": (signal) => client.ps({ signal }),
    "GET /api/status": (signal) => client.status({ signal }),
    "POST /api/me": (signal) => client.me({ signal }),
    "POST /api/show": (signal) => client.show(body, { signal }),
    "POST /api/embed": (signal) => client.embed(body, { signal }),
    "POST /api/embeddings": (signal) => client.embeddings(body, { signal }),
    "POST /api/copy": (signal) => client.copy(body, { signal }),
    "DELETE /api/delete": (signal) => client.delete(body, { signal }),
    "POST /api/generate": (signal) => client.generate(body, { signal }),
    "POST /api/chat": (signal) => client.chat(body, { signal }),
    "POST /api/create": (signal) => client.create(body, { signal }),
    "POST /api/pull": (signal) => client.pull(body, { signal }),
    "POST /api/push": (signal) => client.push(body, { signal }),
  };
  return methods[`${request.method} ${request.path}`];
}

async function replayWhole(play: Play, send: Send): Promise<void> {
  const { name, exchange } = play;
  const { response } = exchange;
  if (response.status === 0) return expectAbort(play, send);
  const outcome = await outcomeOf(send(new AbortController().signal));
  if (response.status >= 400) return expectError(outcome, name, response.status, lastError(exchange));
  const text = responseBytes(response).toString("utf8");
  expect(outcome).toEqual(text === "" ? { status: "success" } : JSON.parse(text));
}

/** The head never came: the client leaves, and the server sees it. */
async function expectAbort({ server, exchange }: Play, send: Send): Promise<void> {
  const abort = new AbortController();
  const outcome = outcomeOf(send(abort.signal));
  await server.received(exchange);
  abort.abort();
  expect(await outcome).toMatchObject({ code: "ABORTED" });
}

async function replayStream({ client, server, name, exchange }: Play): Promise<void> {
  const { request, response } = exchange;
  const abort = new AbortController();
  const stream = open(client, request.path, { ...(request.body as Body), stream: true }, abort.signal);
  const values: unknown[] = [];
  const leaveAfter = response.end === "client-abort" ? response.chunks.length : Number.POSITIVE_INFINITY;
  if (response.status === 0) void server.received(exchange).then(() => abort.abort());
  let error: unknown;
  try {
    for await (const value of stream) {
      values.push(value);
      if (values.length >= leaveAfter) break;
    }
  } catch (caught) {
    error = caught;
  }
  const lines = response.status >= 400 ? [] : recordedLines(exchange);
  const content = lines.filter((line) => !("error" in line));
  expect(values).toEqual(content);
  if (response.status === 0) expect(error).toMatchObject({ code: "ABORTED" });
  else if (lastError(exchange) !== undefined) expectError(error, name, response.status, lastError(exchange));
  else if (response.end === "client-abort") expect(error).toBeUndefined();
  else if (response.end === "server-close") expect(error).toMatchObject({ code: "CONNECTION_LOST" });
  else if (saidItsEnd(content)) expect(error).toBeUndefined();
  else expect(error).toMatchObject({ code: "STREAM_INCOMPLETE", details: { partial: textOf(content) } });
}

function open(
  client: OllamaClient,
  path: string,
  body: Body & { stream: true },
  signal: AbortSignal,
): StreamCall<object> {
  if (path === "/api/generate") return client.generate(body, { signal });
  if (path === "/api/chat") return client.chat(body, { signal });
  if (path === "/api/create") return client.create(body, { signal });
  return path === "/api/pull" ? client.pull(body, { signal }) : client.push(body, { signal });
}

async function replayBlob(client: OllamaClient, exchange: RecordedExchange): Promise<void> {
  const { request, response } = exchange;
  const digest = request.path.slice("/api/blobs/".length);
  if (request.method === "HEAD" && response.status < 500 && response.status !== 400) {
    expect(await client.headBlob(digest)).toBe(response.status === 200);
    return;
  }
  const call = request.method === "HEAD" ? client.headBlob(digest) : upload(client, digest, exchange);
  const outcome = await outcomeOf(call);
  if (response.status >= 400) expectError(outcome, "blob", response.status, lastError(exchange));
  else expect(outcome).toEqual({ status: "success" });
}

function upload(client: OllamaClient, digest: string, { request }: RecordedExchange): Promise<unknown> {
  const bytes = requestBodyOf(request) ?? Buffer.alloc(0);
  return client.createBlob(digest, bytes);
}

/** What no method stands for: any status is an answer, byte for byte. */
async function replayRaw(client: OllamaClient, { request, response }: RecordedExchange): Promise<void> {
  const body = requestBodyOf(request);
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(request.headers)) {
    if (!/^(host|content-length)$/i.test(name)) headers[name] = String(value);
  }
  const answer = await client.request(request.method, request.path, {
    headers,
    ...(body === undefined ? {} : { body }),
  });
  expect(answer.status).toBe(response.status);
  expect(answer.header("Content-Type")).toBe(response.headers["Content-Type"]);
  const pieces: Uint8Array[] = [];
  for await (const piece of answer.bytes()) pieces.push(piece);
  expect(Buffer.concat(pieces).equals(responseBytes(response))).toBe(true);
}

function recordedLines({ response }: RecordedExchange): Record<string, unknown>[] {
  return responseBytes(response)
    .toString("utf8")
    .split("\n")
    .filter((line) => line.trim() !== "" && isJson(line))
    .map((line) => JSON.parse(line));
}

/** An aborted recording may end inside a line. */
function isJson(line: string): boolean {
  try {
    JSON.parse(line);
    return true;
  } catch {
    return false;
  }
}

function saidItsEnd(lines: Record<string, unknown>[]): boolean {
  const last = lines.at(-1);
  return last?.done === true || last?.status === "success";
}

function textOf(lines: Record<string, unknown>[]): string {
  return lines
    .map((line) => line.response ?? (line.message as { content?: string } | undefined)?.content ?? "")
    .join("");
}

/** The server's own text, however deep it is nested; `undefined` when the answer is no error. */
function lastError({ response }: RecordedExchange): string | undefined {
  const text = responseBytes(response).toString("utf8");
  const last = text.trim().split("\n").at(-1) ?? "";
  let body: unknown = isJson(last) ? JSON.parse(last) : last;
  if (response.status < 400 && (typeof body !== "object" || body === null || !("error" in body))) return undefined;
  while (typeof body === "object" && body !== null) {
    const { error, message } = body as { error?: unknown; message?: unknown };
    const inner = error ?? message;
    body = typeof inner === "string" && inner.startsWith("{") && isJson(inner) ? JSON.parse(inner) : inner;
  }
  return String(body ?? "").trim();
}

function expectedCode(name: string, status: number): string {
  return CODE_BY_CASE[name] ?? STATUS_CODES[status] ?? "SERVER_ERROR";
}

function expectError(outcome: unknown, name: string, status: number, text: string | undefined): void {
  if (!OllamaError.is(outcome)) throw new Error(`no OllamaError but ${JSON.stringify(outcome)}`, { cause: outcome });
  expect(outcome.message).toContain(text ?? "");
  expect(outcome.code).toBe(expectedCode(name, status));
  expect(JSON.parse(JSON.stringify(outcome))).toMatchObject({ name: "OllamaError", code: outcome.code });
}
