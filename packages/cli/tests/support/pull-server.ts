import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** A server that has models to pull, of two layers each, and stops in the middle of the second until it may go on. */
export interface PullServer {
  url: string;
  /** Lets every pull go on to its end. */
  goOn: () => void;
  stop: () => Promise<void>;
}

const WEIGHTS = { digest: `sha256:${"a".repeat(64)}`, total: 2_000_000_000 };
const LICENSE = { digest: `sha256:${"b".repeat(64)}`, total: 11_000 };

/** Starts the server. A model that is named `nowhere` is not in its registry. */
export async function startPullServer(): Promise<PullServer> {
  const pulled: string[] = [];
  let goOn: () => void = () => undefined;
  const mayGoOn = new Promise<void>((resolve) => {
    goOn = resolve;
  });
  const server = createServer((request, response) => {
    if (request.url === "/api/version") return response.end('{"version":"0.33.0"}');
    if (request.url === "/api/tags") return response.end(JSON.stringify({ models: pulled.map(listed) }));
    void pull(request, response, mayGoOn).then((name) => name !== undefined && pulled.push(name));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const stop = async () => {
    goOn();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, goOn, stop };
}

async function pull(
  request: IncomingMessage,
  response: ServerResponse,
  mayGoOn: Promise<void>,
): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk));
  const { model } = JSON.parse(Buffer.concat(chunks).toString()) as { model: string };
  const say = (line: object) => response.write(`${JSON.stringify(line)}\n`);
  const layer = ({ digest, total }: typeof WEIGHTS, completed: number) =>
    say({ status: `pulling ${digest.slice(7, 19)}`, digest, total, completed });
  response.setHeader("content-type", "application/x-ndjson");
  say({ status: "pulling manifest" });
  if (model.startsWith("nowhere")) {
    response.end('{"error":"pull model manifest: file does not exist"}\n');
    return undefined;
  }
  layer(LICENSE, LICENSE.total);
  layer(WEIGHTS, 0);
  layer(WEIGHTS, WEIGHTS.total / 2);
  await mayGoOn;
  layer(WEIGHTS, WEIGHTS.total);
  for (const status of ["verifying sha256 digest", "writing manifest", "success"]) say({ status });
  response.end();
  return model;
}

function listed(name: string): object {
  const model = name.includes(":") ? name : `${name}:latest`;
  return { name: model, model, modified_at: "2026-01-01T00:00:00Z", size: 1, digest: "0".repeat(64), details: {} };
}
