import { createRequire } from "node:module";

/** The version of this package, as reports record it. */
export const toolVersion: string = (
  createRequire(import.meta.url)("@codo/ollama-bench/package.json") as { version: string }
).version;
