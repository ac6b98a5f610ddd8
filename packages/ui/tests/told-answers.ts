import { EventEmitter, once } from "node:events";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** An Ollama server whose answers come when the test says so, piece by piece. */
export interface ToldAnswers {
  url: string;
  /** Waits until so many more answers are open: what is said before goes to nobody. */
  asked(count: number): Promise<void>;
  /** Sends a piece to every answer that is open. */
  say(text: string): void;
  /** Ends every answer that is open. */
  end(): void;
  stop(): Promise<void>;
}

/** A name as nobody gives it to a model, but a server may. */
export const HOSTILE_NAME = '<img src="x" onerror="window.ran = 1">\u202egnp:latest';

const MODELS = ["told:latest", "other:latest", HOSTILE_NAME];
const COUNTS = { total_duration: 2e9, load_duration: 1e8, prompt_eval_count: 4, prompt_eval_duration: 1e8 };

/** Starts it. */
export async function startToldAnswers(): Promise<ToldAnswers> {
  const open = new Map<ServerResponse, (text: string, rest: object) => string>();
  const arrivals = new EventEmitter();
  let unmet = 0;
  const server = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request.setEncoding("utf8")) body += chunk;
    if (request.url !== "/api/chat" && request.url !== "/api/generate") {
      response.setHeader("content-type", "application/json").end(JSON.stringify(replyTo(request.url ?? "")));
      return;
    }
    const { model } = JSON.parse(body) as { model: string };
    const isChat = request.url === "/api/chat";
    response.on("close", () => open.delete(response));
    response.writeHead(200, { "content-type": "application/x-ndjson" }).flushHeaders();
    open.set(response, (text, rest) => {
      const content = isChat ? { message: { role: "assistant", content: text } } : { response: text };
      return `${JSON.stringify({ model, created_at: new Date().toISOString(), ...content, ...rest })}\n`;
    });
    unmet++;
    arrivals.emit("asked");
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked: async (count) => {
      while (unmet < count) await once(arrivals, "asked");
      unmet -= count;
    },
    say: (text) => {
      for (const [response, line] of open) response.write(line(text, { done: false }));
    },
    end: () => {
      const last = { done: true, done_reason: "stop", ...COUNTS, eval_count: 20, eval_duration: 1e9 };
      for (const [response, line] of open) response.end(line("", last));
      open.clear();
    },
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

function replyTo(path: string): object {
  const models = MODELS.map((name) => ({ name, model: name, size: 1e9, digest: name.padEnd(64, "0"), details: {} }));
  if (path === "/api/tags") return { models };
  if (path === "/api/ps") return { models: [] };
  return path === "/api/version"
    ? { version: "0.33.0" }
    : { details: {}, model_info: {}, capabilities: ["completion"] };
}
