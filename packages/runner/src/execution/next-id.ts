import { monotonicFactory } from "ulid";

/**
 * The next ULID: unique, and sorted by time of creation. Ids of one millisecond count up; drawing each anew would cost
 * sixteen calls for random bytes.
 */
export const nextId: () => string = monotonicFactory() as () => string;
