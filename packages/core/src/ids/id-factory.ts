import { monotonicFactory, type ULIDFactory } from "ulid";

const POOL_SIZE = 256;

/**
 * Gives a function that makes ULIDs: unique, sorted by the time in milliseconds since 1970 that it is given (now by
 * default), and each later than the one before. The random numbers are drawn many at a time: `ulid` asks for sixteen
 * for each id, and sixteen calls for random bytes cost more than anything else in a small request.
 */
export function createIdFactory(): (timeMs?: number) => string {
  let pool = new Uint32Array(0);
  let used = 0;
  const random = (): number => {
    if (used === pool.length) {
      // Made with the first id: to draw random numbers loads all of `node:crypto`.
      pool = crypto.getRandomValues(new Uint32Array(POOL_SIZE));
      used = 0;
    }
    return (pool[used++] ?? 0) / 2 ** 32;
  };
  const makeId: ULIDFactory = monotonicFactory(random);
  return (timeMs) => makeId(timeMs);
}
