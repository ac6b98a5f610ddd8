import { startPostgres } from "@codo/test-utils/postgres";
import { startRedis } from "@codo/test-utils/redis";

/** What a queue can be kept in. Each test file starts its own, and shares it among its cases. */
export const BACK_ENDS = [
  { kind: "Redis", tool: "redis-server", start: startRedis },
  { kind: "PostgreSQL", tool: "postgres", start: startPostgres },
] as const;
