import { OllamaError } from "@codo/ollama-contract";
import { Redis } from "ioredis";
import type { QueueAddress } from "./queue-address.js";

const CONNECT_MS = 10_000;

/**
 * Asks the queue's server once whether it answers, so that a wrong address is told at once and not retried for ever.
 * @throws OllamaError `SERVER_UNAVAILABLE`, `UNAUTHORIZED`
 */
export async function checkServer(address: QueueAddress): Promise<void> {
  const redis = new Redis(address.url, { lazyConnect: true, retryStrategy: null, connectTimeout: CONNECT_MS });
  let last: Error | undefined;
  redis.on("error", (error: Error) => {
    last = error;
  });
  try {
    await redis.connect();
    await redis.ping();
  } catch (error) {
    throw unreachable(address, last ?? error);
  } finally {
    redis.disconnect();
  }
}

function unreachable({ label }: QueueAddress, cause: unknown): OllamaError {
  const said = cause instanceof Error ? cause.message : String(cause);
  if (/NOAUTH|WRONGPASS|NOPERM/.test(said)) {
    return new OllamaError("UNAUTHORIZED", `The queue's server at ${label} refuses the login (${said}).`, {
      cause,
      details: { queue: label },
      advice: "Put the user and the password into its address: redis://USER:PASSWORD@HOST.",
    });
  }
  return new OllamaError("SERVER_UNAVAILABLE", `No queue answers at ${label} (${said}).`, {
    cause,
    details: { queue: label },
    advice: "Start its server, or name another address.",
  });
}
