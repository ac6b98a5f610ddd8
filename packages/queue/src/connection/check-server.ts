import { OllamaError } from "@codo/ollama-contract";
import { Redis } from "ioredis";
import type { QueueAddress } from "./queue-address.js";

const CONNECT_MS = 10_000;

/**
 * Asks the queue's server once whether it answers, so that a wrong address is an error at once and not retried for ever.
 * @throws OllamaError `SERVER_UNAVAILABLE`, `UNAUTHORIZED`
 */
export async function checkServer(address: QueueAddress): Promise<void> {
  await (address.kind === "redis" ? checkRedis(address) : checkPostgres(address));
}

async function checkRedis(address: QueueAddress): Promise<void> {
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

async function checkPostgres(address: QueueAddress): Promise<void> {
  const { default: pg } = await import("pg");
  const client = new pg.Client({ connectionString: address.url, connectionTimeoutMillis: CONNECT_MS });
  client.on("error", () => {});
  try {
    await client.connect();
    await client.query("SELECT 1");
  } catch (error) {
    throw unreachable(address, error);
  } finally {
    await client.end().catch(() => {});
  }
}

function unreachable({ label }: QueueAddress, cause: unknown): OllamaError {
  const said = cause instanceof Error ? cause.message : String(cause);
  if (/NOAUTH|WRONGPASS|NOPERM|authentication failed|no pg_hba/.test(said)) {
    return new OllamaError("UNAUTHORIZED", `The queue's server at ${label} refuses the login (${said}).`, {
      cause,
      details: { queue: label },
      advice:
        "Put the user and the password into its address: redis://USER:PASSWORD@HOST or postgres://USER:PASSWORD@HOST/DATABASE.",
    });
  }
  return new OllamaError("SERVER_UNAVAILABLE", `No queue answers at ${label} (${said}).`, {
    cause,
    details: { queue: label },
    advice: "Start its server, or name another address.",
  });
}
