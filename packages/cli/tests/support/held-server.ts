import type { ServerResponse } from "node:http";
import { startTestServer } from "@codo/test-utils";
import { answersAboutModel } from "./one-model.js";

/** A server whose answers come piece by piece, each when the test says so. */
export interface HeldServer extends AsyncDisposable {
  url: string;
  /** Names of the models that are loaded. */
  loaded: string[];
  /** Resolves when so many prompts wait for their answers. */
  asked: (count: number) => Promise<void>;
  /** Sends a piece of every answer that is waited for. */
  say: (text: string, about?: { thinking?: boolean }) => void;
  /** Ends these answers. */
  end: () => void;
}

/** Starts the server, with the model `m`. */
export async function startHeldServer(): Promise<HeldServer> {
  const waiting: { response: ServerResponse; isChat: boolean }[] = [];
  let onAsked: () => void = () => undefined;
  const state = { loaded: [] as string[] };
  const { url, stop } = await startTestServer(async (request, response) => {
    for await (const _ of request);
    const { loaded } = state;
    if (answersAboutModel(request, response, { name: "m:latest", loaded, capabilities: ["completion", "thinking"] }))
      return;
    response.writeHead(200, { "content-type": "application/x-ndjson" });
    response.flushHeaders();
    waiting.push({ response, isChat: request.url === "/api/chat" });
    onAsked();
  });
  const send = (said: Record<string, string>, about: object) => {
    for (const { response, isChat } of waiting) {
      const { content = "", ...rest } = said;
      const piece = isChat ? { message: { role: "assistant", content, ...rest } } : { response: content, ...rest };
      response.write(`${JSON.stringify({ model: "m", ...piece, ...about })}\n`);
    }
  };
  return Object.assign(state, {
    url,
    asked: async (count: number) => {
      while (waiting.length < count) {
        await new Promise<void>((resolve) => {
          onAsked = resolve;
        });
      }
    },
    say: (text: string, { thinking = false } = {}) =>
      send(thinking ? { thinking: text } : { content: text }, { done: false }),
    end: () => {
      send({}, { done: true, done_reason: "stop", prompt_eval_count: 9, eval_count: 3 });
      for (const { response } of waiting.splice(0)) response.end();
    },
    [Symbol.asyncDispose]: stop,
  });
}
