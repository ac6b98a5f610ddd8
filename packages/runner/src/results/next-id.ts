import { createIdFactory } from "@codo/ollama-contract";

/** The next ULID: unique, and sorted by time of creation. */
export const nextId: () => string = createIdFactory();
