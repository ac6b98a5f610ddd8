const FIRST_PAUSE_MS = 20;
const LONGEST_PAUSE_MS = 250;

/**
 * Asks again and again until `look` gives something, with growing pauses.
 * @returns what it gave, or `undefined` when the time was over first
 */
export async function waitUntil<T>(look: () => Promise<T | undefined>, timeoutMs: number): Promise<T | undefined> {
  const deadlineMs = performance.now() + timeoutMs;
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(pauseMs * 1.5, LONGEST_PAUSE_MS)) {
    const found = await look();
    if (found !== undefined) return found;
    const leftMs = deadlineMs - performance.now();
    if (leftMs <= 0) return undefined;
    await new Promise((resolve) => setTimeout(resolve, Math.min(pauseMs, leftMs)));
  }
}
