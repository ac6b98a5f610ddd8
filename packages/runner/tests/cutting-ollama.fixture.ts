import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { ModelExecutor } from "@codo/ollama-contract";
import { createExecutor, OllamaClient } from "@codo/ollama-core";

interface Message {
  role: string;
  content: string;
}

/** What the server is like. */
export interface CuttingOllama {
  window?: number;
  /** A server from before `truncate` cuts also what it is asked not to. @defaultValue true */
  knowsTruncate?: boolean;
  /** Whether an answer says how many tokens were read. @defaultValue true */
  counts?: boolean;
}

/** A running server of its kind. */
export interface RunningCutter {
  executor: ModelExecutor;
  /** Chats that were answered, with what was read of them. */
  answered: { messages: Message[]; truncate: unknown; tokens: number; read: number; numPredict: unknown }[];
  [Symbol.asyncDispose](): Promise<void>;
}

/** Tokens as a tokenizer of a small model has them: many for digits, signs and scripts, few for plain words. */
export function tokensOf(text: string): number {
  const count = (pattern: RegExp): number => text.match(pattern)?.length ?? 0;
  const single = count(/[\p{N}\p{P}\p{S}\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/gu);
  return single + Math.ceil(count(/\p{Script=Cyrillic}/gu) / 2 + count(/[äöüß]/giu) + count(/[a-z]/gi) / 3);
}

/** Three tokens of the template for each message. */
const chatTokens = (messages: readonly Message[]): number =>
  messages.reduce((sum, { content }) => sum + tokensOf(content) + 3, 0);

/**
 * Starts a server that treats a chat longer than its window as Ollama 0.33 does: it drops the oldest messages, keeps 4
 * tokens and half of the rest of one that is too long by itself, says nothing of it, and with `truncate: false`
 * refuses with 400.
 */
export async function startCuttingOllama(setup: CuttingOllama = {}): Promise<RunningCutter> {
  const { window = 2048, knowsTruncate = true, counts = true } = setup;
  const answered: RunningCutter["answered"] = [];
  const chat = (body: { messages: Message[]; truncate?: unknown; options?: Record<string, unknown> }) => {
    const tokens = chatTokens(body.messages);
    if (tokens > window && body.truncate === false && knowsTruncate) return refusal(tokens, window);
    const kept = [...body.messages];
    while (kept.length > 1 && chatTokens(kept) > window) {
      kept.splice(
        kept.findIndex(({ role }) => role !== "system"),
        1,
      );
    }
    const rest = chatTokens(kept);
    const read = rest > window ? 4 + Math.floor((window - 4) / 2) : rest;
    const { messages, truncate } = body;
    answered.push({ messages, truncate, tokens, read, numPredict: body.options?.num_predict });
    const last = { done: true, done_reason: "stop", eval_count: 2, eval_duration: 2e6, prompt_eval_duration: 1e6 };
    const message = { role: "assistant", content: "Fine." };
    return { status: 200, body: { model: "m", message, ...last, ...(counts && { prompt_eval_count: read }) } };
  };
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const body = chunks.length === 0 ? {} : JSON.parse(Buffer.concat(chunks).toString("utf8"));
      const answer = request.url === "/api/chat" ? chat(body) : { status: 200, body: other(request.url, window) };
      response.writeHead(answer.status, { "content-type": "application/json" });
      response.end(`${JSON.stringify(answer.body)}\n`);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const host = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    executor: createExecutor(new OllamaClient({ host, retry: false })),
    answered,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function refusal(tokens: number, window: number): { status: number; body: object } {
  const message = `request (${tokens} tokens) exceeds the available context size (${window} tokens), try increasing it`;
  const error = { code: 400, message, type: "exceed_context_size_error", n_prompt_tokens: tokens, n_ctx: window };
  return { status: 400, body: { error: JSON.stringify({ error }) } };
}

function other(path: string | undefined, window: number): object {
  const model = { name: "m:latest", model: "m:latest", size: 1, size_vram: 0, digest: "d", context_length: window };
  if (path === "/api/ps" || path === "/api/tags") return { models: [model] };
  return { capabilities: ["completion"], model_info: { "general.architecture": "x", "x.context_length": 32_768 } };
}
