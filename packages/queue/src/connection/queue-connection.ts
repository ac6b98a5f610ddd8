/** Where a queue is kept, and what every party to it agrees on. */
export interface QueueConnection {
  /**
   * Address of the Redis, Valkey or PostgreSQL that keeps the queue: `redis://`, `rediss://` (TLS), `postgres://`, with
   * the user and password in it where one is needed.
   */
  connection: string;
  /**
   * Keeps several fleets apart in one server: the prefix of all keys in Redis, the schema in PostgreSQL.
   * @defaultValue "codo"
   */
  name?: string;
  /** Called with what goes wrong meanwhile (a connection that was lost and comes back), once for each kind. */
  onWarning?: (message: string) => void;
}
