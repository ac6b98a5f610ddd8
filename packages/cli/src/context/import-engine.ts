/*
 * In a file of its own: on Node 20 a file that has an `import()` in it is not kept compiled, see compile-cache.ts.
 */

/** The embedded engine's package. */
export function importEngine(): Promise<typeof import("@codo/ollama-engine")> {
  return import("@codo/ollama-engine");
}
