import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { OllamaError } from "@codo/ollama-contract";
import type { OutputManager } from "@codo/ollama-output";
import { type ApiRoute, findRoute, sendError, sendJson } from "../http/api-route.js";
import { sendPageFile } from "../http/page-files.js";
import type { UiManager } from "../models/ui-manager.js";
import { AccessGuard, type Refusal, SECURITY_HEADERS } from "../security/access-guard.js";
import type { UiConfig } from "../settings/setting-routes.js";
import { apiRoutes } from "./api-routes.js";

/** What the page is served from. */
export interface UiOptions {
  /** The port on loopback; 0 takes a free one. @defaultValue 0 */
  port?: number;
  /** Runs the models. */
  manager: UiManager;
  /** The store of results. */
  output: OutputManager;
  /** The settings to show and to change; without them that view says so. */
  config?: UiConfig;
  /** The folder whose journals of batches are shown, and where the requests of reports are. @defaultValue the current one */
  journals?: string;
}

/** A page that is being served. */
export interface UiServer {
  /** The address to open; whoever knows it may use the page. */
  url: string;
  /** Ends what runs, removes what was deleted, and closes. */
  stop(): Promise<void>;
}

/** Serves the page on loopback. @throws OllamaError `INVALID_REQUEST` when the port is taken */
export async function startUi({ port = 0, manager, output, config, journals = "." }: UiOptions): Promise<UiServer> {
  const server = createServer();
  server.listen(port, "127.0.0.1");
  await once(server, "listening").catch((cause: NodeJS.ErrnoException) => {
    const message = `Port ${port} cannot be used (${cause.code}). Choose another, or 0 for a free one.`;
    throw new OllamaError("INVALID_REQUEST", message, { cause });
  });
  const address = server.address() as AddressInfo;
  const guard = new AccessGuard(address.port);
  const { routes, stop } = apiRoutes({ manager, output, config, journals });
  server.on("request", (request, response) => {
    answer(request, response, { guard, routes }).catch((error: unknown) => sendError(response, error));
  });
  return {
    url: `http://127.0.0.1:${address.port}/?secret=${guard.secret}`,
    stop: async () => {
      server.close();
      await stop();
      server.closeAllConnections();
    },
  };
}

/** From another site a strict cookie is not sent along with a redirect, but it is by a page of this one. */
const WELCOME =
  '<!doctype html><html lang="en"><meta charset="utf-8"><link rel="icon" href="data:,"><meta http-equiv="refresh" content="0;url=/"><title>codo</title>';

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  { guard, routes }: { guard: AccessGuard; routes: readonly ApiRoute[] },
): Promise<void> {
  for (const [name, value] of Object.entries(SECURITY_HEADERS)) response.setHeader(name, value);
  const foreign = guard.refusalOfSource(request);
  if (foreign !== undefined) return refuse(response, foreign);
  const url = new URL(request.url ?? "/", "http://127.0.0.1");
  if (url.pathname === "/" && guard.opens(url)) {
    response.writeHead(200, {
      "set-cookie": guard.cookie,
      "content-type": "text/html; charset=utf-8",
      "cache-control": "no-store",
    });
    response.end(WELCOME);
    return;
  }
  const unknown = guard.refusalOfVisitor(request);
  if (unknown !== undefined) return refuse(response, unknown);
  const method = request.method ?? "GET";
  if (!url.pathname.startsWith("/api/")) return await sendPageFile(response, url.pathname);
  const found = findRoute(routes, method, url.pathname);
  if (found === undefined)
    return sendJson(response, 404, { error: { code: "INVALID_REQUEST", message: "No such address." } });
  const value = await found.route.answer({ request, response, url, id: found.id });
  if (value !== undefined) sendJson(response, 200, value);
}

function refuse(response: ServerResponse, { status, message }: Refusal): void {
  response.writeHead(status, { "content-type": "text/plain; charset=utf-8" }).end(`${message}\n`);
}
