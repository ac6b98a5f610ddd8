import type { RequestBody } from "../transport/transport.js";

/** What a call of `fetch` asks for. */
export interface FetchRequest {
  url: string;
  /** Scheme, host and port. */
  origin: string;
  method: string;
  /** With the query. */
  path: string;
  /** Lower-case names. */
  headers: Record<string, string>;
  body: RequestBody | undefined;
  signal: AbortSignal | undefined;
  redirect: RequestRedirect;
}

/**
 * Reads what `fetch` takes. The platform's own `Request` does the reading of headers, forms and types; a body that is known
 * as a whole is kept as one, because only that can be sent again.
 * @throws TypeError as `fetch` throws for what is no request
 */
export async function readFetchRequest(input: string | URL | Request, init: RequestInit = {}): Promise<FetchRequest> {
  const streams = init.body instanceof ReadableStream ? { duplex: "half" } : {};
  const request = new Request(input, { ...streams, ...init } as RequestInit);
  const url = new URL(request.url);
  const headers = Object.fromEntries(request.headers);
  if (url.username !== "" && headers.authorization === undefined) {
    const credentials = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`;
    headers.authorization = `Basic ${Buffer.from(credentials).toString("base64")}`;
  }
  const signal = init.signal ?? (input instanceof Request ? input.signal : undefined);
  return {
    url: request.url,
    origin: url.origin,
    method: request.method,
    path: url.pathname + url.search,
    headers,
    body: await bodyOf(request, init.body ?? undefined),
    signal,
    redirect: request.redirect,
  };
}

async function bodyOf(request: Request, given: BodyInit | undefined): Promise<RequestBody | undefined> {
  if (typeof given === "string") return given;
  if (request.body === null) return undefined;
  if (given === undefined || given instanceof ReadableStream) return request.body;
  // A form, bytes, a blob: small enough to be held, as its caller does.
  return new Uint8Array(await request.arrayBuffer());
}
