import { once } from "node:events";
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";

/** A real HTTP server of a test. */
export interface TestServer {
  /** Where it listens: `http://127.0.0.1:<port>`. */
  url: string;
  port: number;
  server: Server;
  /** Cuts all connections and stops listening. */
  stop(): Promise<void>;
}

/** Serves `listener` on a free loopback port. */
export async function startTestServer(listener: RequestListener): Promise<TestServer> {
  const server = createServer(listener);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const stop = async (): Promise<void> => {
    server.closeAllConnections();
    server.close();
    await once(server, "close");
  };
  return { url: `http://127.0.0.1:${port}`, port, server, stop };
}
