import type { InferenceProcess } from "../inference/inference-contract.js";

const LONGEST_ANSWER_MS = 10_000;
/** With answers running that would be lost, a process gets more time: it may only be reading a very long prompt. */
const LONGEST_ANSWER_IN_USE_MS = 60_000;

/**
 * Whether a process still answers. One that died, or that hangs, is found before a request is given to it, and the
 * request goes to a new one instead. A client that leaves meanwhile says nothing about the process: its signal's reason
 * is thrown.
 */
export async function isResponsive(
  process: InferenceProcess,
  signal: AbortSignal,
  { inUse = false }: { inUse?: boolean } = {},
): Promise<boolean> {
  signal.throwIfAborted();
  const settled = new AbortController();
  const hangs = new Promise<false>((resolve, reject) => {
    const limitMs = inUse ? LONGEST_ANSWER_IN_USE_MS : LONGEST_ANSWER_MS;
    const timer = setTimeout(() => resolve(false), limitMs).unref();
    signal.addEventListener("abort", () => reject(signal.reason), { signal: settled.signal });
    settled.signal.addEventListener("abort", () => clearTimeout(timer));
  });
  const answers = process.tokenize("").then(
    () => true,
    () => false,
  );
  try {
    return await Promise.race([answers, hangs]);
  } finally {
    settled.abort();
  }
}
