// A scripted Ollama: how it behaves is asked for by the model's name, so that every client meets the same.
import { once } from "node:events";
import { createServer, request as forward } from "node:http";
import { connect } from "node:net";
import { BEHAVIOURS, chatAnswer } from "./behaviours.js";

const MODEL = { name: "tiny:latest", model: "tiny:latest", modified_at: "2026-01-01T00:00:00Z", size: 1, digest: "1" };

const ROUTES = {
  "/api/tags": (response) => response.end(JSON.stringify({ models: [MODEL] })),
  "/api/embed": (response, { model, input }) => {
    const embeddings = [input].flat().map((text) => [text.length, 1]);
    response.end(JSON.stringify({ model, embeddings, total_duration: 1, load_duration: 1, prompt_eval_count: 2 }));
  },
  "/api/pull": (response) => {
    for (const completed of [25, 100])
      response.write(`${JSON.stringify({ status: "pulling 1", digest: "1", total: 100, completed })}\n`);
    response.end(`${JSON.stringify({ status: "success" })}\n`);
  },
};

/**
 * @param socketPath - where it also listens, on a unix socket
 * @returns `{ host, close }`; `GET /seen/MODEL` says what happened to requests for a model
 */
export async function startPeerServer(socketPath) {
  const states = new Map();
  const stateOf = (model) => {
    if (!states.has(model)) states.set(model, { requests: 0, wasLeft: false, inFlight: 0, mostInFlight: 0 });
    return states.get(model);
  };
  const answer = async (request, response) => {
    // A proxy is asked for a whole address.
    const { pathname, host } = new URL(request.url, "http://this-server");
    if (pathname.startsWith("/seen/")) return response.end(JSON.stringify(stateOf(pathname.slice("/seen/".length))));
    let text = "";
    for await (const part of request) text += part;
    const body = JSON.parse(text || "{}");
    if (ROUTES[pathname] !== undefined) return ROUTES[pathname](response, body);
    if (pathname !== "/api/chat") return response.writeHead(404).end("{}");
    const state = stateOf(body.model);
    state.requests += 1;
    state.inFlight += 1;
    state.mostInFlight = Math.max(state.mostInFlight, state.inFlight);
    response.on("close", () => {
      state.inFlight -= 1;
      state.wasLeft ||= !response.writableFinished;
    });
    response.setHeader("content-type", body.stream === false ? "application/json" : "application/x-ndjson");
    const behaviour = BEHAVIOURS[body.model.split(":")[0]] ?? chatAnswer;
    await behaviour({ ...body, response, state, isProxied: host !== "this-server" });
  };
  const servers = [createServer(answer), createServer(answer)];
  servers[0].on("connect", (_, socket, head) => {
    const upstream = connect(servers[0].address().port, "127.0.0.1", () => {
      socket.write("HTTP/1.1 200 OK\r\n\r\n");
      upstream.write(head);
      socket.pipe(upstream).pipe(socket);
    });
    for (const end of [socket, upstream]) end.on("error", () => {});
  });
  servers[0].listen(0, "127.0.0.1");
  servers[1].listen(socketPath);
  await Promise.all(servers.map((server) => once(server, "listening")));
  return {
    host: `http://127.0.0.1:${servers[0].address().port}`,
    close: () => {
      for (const server of servers) {
        server.closeAllConnections();
        server.close();
      }
    },
  };
}

/** What the server saw of requests for a model. */
export async function seenBy(host, model) {
  const request = forward(`${host}/seen/${model}`, { agent: false }).end();
  const [response] = await once(request, "response");
  let text = "";
  for await (const part of response) text += part;
  return JSON.parse(text);
}
