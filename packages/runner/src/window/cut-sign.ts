/** Prompt tokens that a server keeps from the beginning of a prompt that it cuts. Source: Ollama 0.33. */
const DEFAULT_KEEP = 4;
/** How far a count may be from what a cut leaves, as a share of the window and at least in tokens. */
const NEAR_SHARE = 1 / 64;
const NEAR_TOKENS = 8;

/**
 * Whether a number of read tokens is what a cut leaves of one text that is longer than the window. Ollama 0.33 keeps
 * `numKeep` tokens and half of what else the window holds (130 of 256, 1026 of 2048); earlier servers fill the window.
 */
export function looksCut(readTokens: number, window: number, numKeep?: number | null): "half" | "full" | undefined {
  const near = Math.max(NEAR_TOKENS, window * NEAR_SHARE);
  const keep = Math.min(typeof numKeep === "number" && numKeep >= 0 ? numKeep : DEFAULT_KEEP, window);
  const half = keep + (window - keep) / 2;
  if (Math.abs(readTokens - half) <= near) return "half";
  return readTokens >= window - near ? "full" : undefined;
}
