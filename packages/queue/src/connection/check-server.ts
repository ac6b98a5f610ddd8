import { Redis } from "ioredis";
import { connectionRefused } from "./connection-refused.js";
import type { QueueAddress } from "./queue-address.js";
import { MODELS_QUEUE } from "./queue-names.js";

const CONNECT_MS = 10_000;

/**
 * Asks the queue's server once whether it answers, and whether the user may see the queue of this name, so that a wrong
 * address is an error at once and not retried for ever.
 * @throws OllamaError `SERVER_UNAVAILABLE`, `UNAUTHORIZED`
 */
export async function checkServer(address: QueueAddress, name: string): Promise<void> {
  try {
    await (address.kind === "redis" ? checkRedis(address, name) : checkPostgres(address));
  } catch (error) {
    throw connectionRefused(address, error, name);
  }
}

async function checkRedis(address: QueueAddress, name: string): Promise<void> {
  const redis = new Redis(address.url, { lazyConnect: true, retryStrategy: null, connectTimeout: CONNECT_MS });
  let last: Error | undefined;
  redis.on("error", (error: Error) => {
    last = error;
  });
  try {
    await redis.connect();
    await redis.exists(`${name}:${MODELS_QUEUE}:meta`);
  } catch (error) {
    throw last ?? error;
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
  } finally {
    await client.end().catch(() => {});
  }
}
