import type { InferenceProcess } from "../inference/inference-contract.js";

const LONGEST_ANSWER_MS = 10_000;

/**
 * Whether a process still answers. One that died, or that hangs, is found before a request is given to it, and the
 * request goes to a new one instead.
 */
export async function isResponsive(process: InferenceProcess, signal: AbortSignal): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const hangs = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), LONGEST_ANSWER_MS).unref();
    signal.addEventListener("abort", () => resolve(false), { once: true });
  });
  const answers = process.tokenize("").then(
    () => true,
    () => false,
  );
  try {
    return await Promise.race([answers, hangs]);
  } finally {
    clearTimeout(timer);
  }
}
