import { readFileSync } from "node:fs";
import { Agent as HttpAgent, type IncomingMessage, request as requestHttp } from "node:http";
import { Agent as HttpsAgent, request as requestHttps } from "node:https";
import { ReadableStream } from "node:stream/web";
import { rootCertificates } from "node:tls";
import { proxyAgentFor } from "@codo/ollama-node-kit";

/** Connections are used again: a blob comes in many requests. */
const POOLED = { keepAlive: true, scheduling: "lifo", timeout: 60_000 } as const;
const httpAgent: HttpAgent = new HttpAgent(POOLED);
const httpsAgent: HttpsAgent = new HttpsAgent(POOLED);

/** Statuses whose answers have no body. */
const BODILESS = new Set([204, 205, 304]);

/**
 * A `fetch` over Node's own HTTP, for what the platform's does not know: the proxies of the environment, certificates of
 * one's own (`SSL_CERT_FILE`, beside Node's `NODE_EXTRA_CA_CERTS`), and servers whose certificate is not checked. Redirects
 * are not followed.
 */
export async function registryFetch(request: Request, { isUnverified }: { isUnverified: boolean }): Promise<Response> {
  const url = new URL(request.url);
  const isSecure = url.protocol === "https:";
  const proxy = await proxyAgentFor(url.href);
  const body = request.body === null ? undefined : Buffer.from(await request.arrayBuffer());
  const headers = Object.fromEntries(request.headers);
  const message = (isSecure ? requestHttps : requestHttp)(url, {
    method: request.method,
    headers: body === undefined ? headers : { ...headers, "content-length": String(body.length) },
    signal: request.signal,
    agent: proxy ?? (isSecure ? httpsAgent : httpAgent),
    ...(isSecure && { ...ownCertificates(), rejectUnauthorized: !isUnverified }),
  });
  return await new Promise((resolve, reject) => {
    message.on("error", reject);
    message.on("response", (answer) => resolve(toResponse(answer, request.method)));
    message.end(body);
  });
}

/** Certificates that Go programs such as Ollama trust by this variable; Node knows another one. */
function ownCertificates(): { ca?: string[] } {
  const path = process.env.SSL_CERT_FILE;
  return path === undefined || path === "" ? {} : { ca: [...rootCertificates, readFileSync(path, "utf8")] };
}

function toResponse(message: IncomingMessage, method: string): Response {
  const status = message.statusCode ?? 500;
  const headers = new Headers();
  for (const [name, value] of Object.entries(message.headers)) {
    if (value !== undefined) headers.set(name, Array.isArray(value) ? value.join(", ") : value);
  }
  const isBodiless = method === "HEAD" || BODILESS.has(status);
  // Or its connection could not be used again.
  if (isBodiless) message.resume();
  const body = isBodiless ? null : (ReadableStream.from<Uint8Array>(message) as BodyInit);
  return new Response(body, { status, headers });
}
