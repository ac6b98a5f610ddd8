import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { ModelExecutor } from "@codo/ollama-contract";
import { createExecutor, OllamaClient } from "@codo/ollama-core";

/** A request as the fake server saw it. */
export interface SeenRequest {
  path: string;
  body: Record<string, unknown>;
  /** Whether the client left before the answer was complete. */
  isAborted: boolean;
}

/** How the fake server behaves. */
export interface FakeOllama {
  models?: string[];
  /** Answers at once; others queue. @defaultValue no limit */
  slots?: number;
  serviceMs?: number;
  /** Requests (running and queued) above which it says 503. */
  capacity?: number;
  /** The text of an answer. @defaultValue the prompt */
  reply?: (body: Record<string, unknown>) => string;
  /** What goes wrong with a request. */
  fault?: (seen: SeenRequest, count: number) => Fault | undefined;
  loaded?: { name: string; context_length: number }[];
}

/** Things that go wrong: a closed connection before or in the answer, an error line, an answer that never ends or never comes. */
export type Fault = "reset" | "reset-midway" | "error-line" | "no-end" | "stall" | "error-500" | "busy";

/** A running fake server. */
export interface RunningFake {
  url: string;
  requests: SeenRequest[];
  /** Most generations that were served at once. */
  peak: number;
  executor: ModelExecutor;
  close(): Promise<void>;
}

/** Starts a server on a free loopback port that speaks enough of Ollama's API, and does so badly on demand. */
export async function startFakeOllama(fake: FakeOllama = {}): Promise<RunningFake> {
  const state = new FakeState(fake);
  const server = createServer((request, response) => void state.serve(request, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const executor = createExecutor(new OllamaClient({ host: url, retry: false }));
  return Object.assign(state, { url, executor, close: () => close(server) });
}

class FakeState {
  readonly requests: SeenRequest[] = [];
  peak = 0;
  readonly #fake: FakeOllama;
  #running = 0;
  readonly #queue: (() => void)[] = [];

  constructor(fake: FakeOllama) {
    this.#fake = fake;
  }

  async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await readBody(request);
    const seen: SeenRequest = { path: request.url ?? "", body, isAborted: false };
    this.requests.push(seen);
    response.on("close", () => {
      seen.isAborted = !response.writableFinished;
    });
    const fault = this.#fake.fault?.(seen, this.requests.length);
    if (fault === "reset") return void response.destroy();
    if (seen.path === "/api/version") return json(response, 200, { version: "0.33.0" });
    if (seen.path === "/api/tags")
      return json(response, 200, { models: (this.#fake.models ?? []).map(installedModel) });
    if (seen.path === "/api/ps") return json(response, 200, { models: (this.#fake.loaded ?? []).map(loadedModel) });
    if (seen.path === "/api/show") return this.#show(body, response);
    const { models } = this.#fake;
    if (models !== undefined && !models.includes(String(body.model))) {
      return json(response, 404, { error: `model '${body.model}' not found` });
    }
    if (fault === "error-500") return json(response, 500, { error: "the model runner has unexpectedly stopped" });
    if (fault === "busy" || this.#running + this.#queue.length >= (this.#fake.capacity ?? 1e9)) {
      return json(response, 503, { error: "server busy, please try again.  maximum pending requests exceeded" });
    }
    await this.#takeSlot();
    try {
      await new Promise((resolve) => setTimeout(resolve, this.#fake.serviceMs ?? 0));
      if (seen.path === "/api/embed") return this.#embed(body, response);
      this.#answer(seen, response, fault);
    } finally {
      this.#running--;
      this.#queue.shift()?.();
    }
  }

  async #takeSlot(): Promise<void> {
    if (this.#running >= (this.#fake.slots ?? 1e9)) await new Promise<void>((resolve) => this.#queue.push(resolve));
    this.peak = Math.max(this.peak, ++this.#running);
  }

  #show(body: Record<string, unknown>, response: ServerResponse): void {
    const isMissing = this.#fake.models !== undefined && !this.#fake.models.includes(String(body.model));
    const modelInfo = { "general.architecture": "llama", "llama.context_length": 4096 };
    if (isMissing) json(response, 404, { error: `model '${body.model}' not found` });
    else json(response, 200, { capabilities: ["completion"], model_info: modelInfo });
  }

  #embed(body: Record<string, unknown>, response: ServerResponse): void {
    const input = body.input as string[];
    const embeddings = input.map((text) => [text.length, 0.5]);
    json(response, 200, { model: body.model, embeddings, prompt_eval_count: input.length });
  }

  #answer(seen: SeenRequest, response: ServerResponse, fault: Fault | undefined): void {
    const { body, path } = seen;
    const isChat = path === "/api/chat";
    const messages = (body.messages ?? []) as { content: string }[];
    const prompt = isChat ? (messages.at(-1)?.content ?? "") : String(body.prompt);
    const text = this.#fake.reply?.(body) ?? prompt;
    const piece = (content: string): unknown =>
      isChat ? { message: { role: "assistant", content } } : { response: content };
    const line = (value: object): void => void response.write(`${JSON.stringify({ model: body.model, ...value })}\n`);
    response.writeHead(200, { "content-type": "application/x-ndjson" });
    const half = Math.ceil(text.length / 2);
    line({ ...(piece(text.slice(0, half)) as object), done: false });
    if (fault === "stall") return;
    if (fault === "reset-midway") return void setImmediate(() => response.destroy());
    if (fault === "error-line") return void response.end(`${JSON.stringify({ error: "the runner died" })}\n`);
    line({ ...(piece(text.slice(half)) as object), done: false });
    if (fault === "no-end") return void response.end();
    const counts = { prompt_eval_count: Math.ceil(prompt.length / 4) + 1, eval_count: Math.ceil(text.length / 4) };
    line({ ...(piece("") as object), done: true, done_reason: "stop", ...counts, eval_duration: 1e6 });
    response.end();
  }
}

function loadedModel({ name, context_length }: { name: string; context_length: number }): object {
  return { name, model: name, size: 1, size_vram: 0, digest: "d", context_length };
}

async function readBody(request: IncomingMessage): Promise<Record<string, unknown>> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  const text = Buffer.concat(chunks).toString("utf8");
  return text === "" ? {} : (JSON.parse(text) as Record<string, unknown>);
}

function json(response: ServerResponse, status: number, value: unknown): void {
  response.writeHead(status, { "content-type": "application/json; charset=utf-8" });
  response.end(JSON.stringify(value));
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

function installedModel(name: string): object {
  return { name, model: name, digest: "d".repeat(64), size: 1, modified_at: "2026-01-01T00:00:00Z", details: {} };
}
