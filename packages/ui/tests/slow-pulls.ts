import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** A server in front of another, whose downloads stop at the half until they are told to go on. */
export interface SlowPulls {
  url: string;
  goOn(): void;
  stop(): Promise<void>;
}

/** A download makes a copy of `codo-tiny` under the name that is asked for, so that it is there afterwards. */
export async function startSlowPulls(target: string): Promise<SlowPulls> {
  let goOn = (): void => undefined;
  const told = new Promise<void>((resolve) => {
    goOn = resolve;
  });
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks);
    if (request.url === "/api/pull") {
      const { model } = JSON.parse(body.toString()) as { model: string };
      const line = (completed: number): string =>
        `${JSON.stringify({ status: "pulling 0123", digest: "sha256:0123", total: 1e9, completed })}\n`;
      response.write(line(5e8));
      await told;
      const copy = JSON.stringify({ source: "codo-tiny", destination: model });
      await fetch(`${target}/api/copy`, { method: "POST", body: copy });
      response.end(`${line(1e9)}{"status":"success"}\n`);
      return;
    }
    const given = new AbortController();
    response.on("close", () => given.abort());
    try {
      const answer = await fetch(`${target}${request.url}`, {
        method: request.method ?? "GET",
        signal: given.signal,
        ...(body.length > 0 ? { body } : {}),
      });
      response.writeHead(answer.status, { "content-type": answer.headers.get("content-type") ?? "text/plain" });
      for await (const chunk of answer.body ?? []) response.write(chunk);
      response.end();
    } catch {
      response.destroy();
    }
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    goOn,
    stop: async () => {
      server.close();
      server.closeAllConnections();
    },
  };
}
