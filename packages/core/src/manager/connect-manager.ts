import { OLLAMA_CONFIG_DEFAULTS } from "@codo/ollama-contract";
import { OllamaServer } from "../server/ollama-server.js";
import type { OllamaManagerInit } from "./manager-options.js";
import { ServerConnection } from "./server-connection.js";

/** A client that was given is used as it is; otherwise there is a server to be found or started. */
export function connectManager(init: OllamaManagerInit): {
  server?: OllamaServer;
  connection: Pick<ServerConnection, "client" | "recover">;
} {
  const { client, host, ollamaBinary, embedded, logger, clientOptions, autoStartServer } = init;
  if (client !== undefined) return { connection: { client: async () => client, recover: async () => undefined } };
  const server = init.server ?? new OllamaServer({ host, ollamaBinary, embedded, logger });
  const options = { ...(logger === undefined ? {} : { logger }), ...clientOptions };
  const mayStart = autoStartServer ?? OLLAMA_CONFIG_DEFAULTS.autoStartServer;
  return { server, connection: new ServerConnection(server, mayStart, options) };
}
