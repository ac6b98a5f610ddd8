import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { ApiError } from "./api-error.js";
import { Exchange } from "./exchange.js";
import { isLocalHost } from "./host-policy.js";
import type { OriginPolicy } from "./origin-policy.js";
import type { Router } from "./router.js";

/** How a listener answers. */
export interface ListenerOptions {
  router: Router;
  origins: OriginPolicy;
  /** Hears of errors that are nobody's fault but ours. */
  onError: (error: unknown) => void;
}

/** The HTTP side of the engine: guards, routing, and errors that no route has caught. */
export class Listener {
  readonly #server: Server;
  readonly #options: ListenerOptions;
  #isLoopback = true;

  constructor(options: ListenerOptions) {
    this.#options = options;
    this.#server = createServer((request, response) => void this.#answer(request, response));
    // As a Go server: idle connections stay, and an upload may take its time.
    this.#server.keepAliveTimeout = 0;
    this.#server.requestTimeout = 0;
  }

  /** Binds a port (0 is any free one). @throws the socket's error, such as EADDRINUSE */
  async listen(host: string, port: number): Promise<AddressInfo> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once("error", reject);
      this.#server.listen(port, host, () => {
        this.#server.off("error", reject);
        resolve();
      });
    });
    const address = this.#server.address() as AddressInfo;
    this.#isLoopback = address.address === "::1" || address.address.startsWith("127.");
    return address;
  }

  /** Lets the process end although this listens: an open request keeps the process alive. */
  unref(): void {
    this.#server.unref();
    this.#server.on("connection", (socket) => socket.unref());
  }

  /** Stops listening and cuts what is still being answered. */
  async close(): Promise<void> {
    if (!this.#server.listening) return;
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    this.#server.closeAllConnections();
    await closed;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    // A Go server says nothing of the connection, and keeps it all the same.
    response.removeHeader("Connection");
    const exchange = new Exchange(request, response);
    try {
      await this.#route(exchange);
    } catch (error) {
      this.#fail(exchange, error);
    }
  }

  async #route(exchange: Exchange): Promise<void> {
    const { request, response } = exchange;
    const path = pathOf(request.url ?? "/");
    const match = this.#options.router.match(request.method ?? "GET", path);
    if (match.type === "redirect") {
      redirect(exchange, match.location);
      return;
    }
    if (match.type === "method") response.setHeader("Allow", match.allow);
    if (!this.#admit(exchange)) return;
    if (match.type === "method") exchange.sendText(405, "405 method not allowed");
    else if (match.type === "none") exchange.sendText(404, "404 page not found");
    else {
      Object.assign(exchange.parameters, match.parameters);
      await match.handler(exchange);
    }
  }

  #admit(exchange: Exchange): boolean {
    const { request, response } = exchange;
    const verdict = this.#options.origins.judge(request);
    if (verdict.type === "refuse") {
      exchange.sendEmpty(403);
      return false;
    }
    for (const [name, value] of Object.entries(verdict.headers)) response.setHeader(name, value);
    if (verdict.type === "preflight") {
      exchange.sendEmpty(204);
      return false;
    }
    if (this.#isLoopback && !isLocalHost(request.headers.host)) {
      exchange.sendEmpty(403);
      return false;
    }
    return true;
  }

  #fail(exchange: Exchange, error: unknown): void {
    if (exchange.gone.aborted) return;
    const isRefusal = error instanceof ApiError;
    if (!isRefusal) this.#options.onError(error);
    if (exchange.response.headersSent) {
      exchange.response.destroy();
      return;
    }
    exchange.sendError(isRefusal ? error : new ApiError(500, error instanceof Error ? error.message : String(error)));
  }
}

function redirect(exchange: Exchange, location: string): void {
  const permanently = exchange.request.method === "GET" || exchange.request.method === "HEAD";
  exchange.response.setHeader("Location", location);
  if (permanently) {
    exchange.sendText(301, `<a href="${location}">Moved Permanently</a>.\n\n`, "text/html; charset=utf-8");
  } else exchange.sendEmpty(307);
}

function pathOf(url: string): string {
  const path = url.split("?", 1)[0] ?? "/";
  return path.startsWith("/") ? path : "/";
}
