import { OllamaError } from "@codo/ollama-contract";

/** A text and its exact length in tokens. */
export interface FittedPrompt {
  text: string;
  tokens: number;
}

/** How the length of a prompt is asked for: the whole prompt, template included; infinite when it fits no context. */
export type CountPromptTokens = (text: string) => Promise<number>;

const MOST_PROBES = 24;
/** Short, common, and one token in every vocabulary that we know of: what fills the last gap. */
const FILLER = " a";

/**
 * Cuts words to a prompt of exactly `target` tokens, by asking how long it is: first by the ratio of tokens to words,
 * then word by word, then with one-token fillers. Where a tokenizer allows no exact fit, gives the longest one below.
 * @throws OllamaError `INVALID_CONFIG` when the template alone is longer
 */
export async function fitPrompt(
  target: number,
  prefix: string,
  words: readonly string[],
  count: CountPromptTokens,
): Promise<FittedPrompt> {
  const textOf = (taken: number, fillers: number): string =>
    `${prefix}${words.slice(0, taken).join(" ")}${FILLER.repeat(fillers)}`;
  const base = await count(textOf(0, 0) === "" ? FILLER : textOf(0, 0));
  if (base > target) {
    throw new OllamaError(
      "INVALID_CONFIG",
      `A prompt of ${target} tokens is not possible: template and nonce alone are ${base}. Ask for more.`,
    );
  }
  let below = { taken: 0, tokens: base };
  let above = words.length + 1;
  let taken = Math.min(words.length, Math.max(1, Math.floor((target - base) * 0.75)));
  for (let probes = 0; probes < MOST_PROBES && above - below.taken > 1; probes++) {
    const tokens = await count(textOf(taken, 0));
    if (tokens === target) return { text: textOf(taken, 0), tokens };
    if (tokens < target) below = { taken, tokens };
    else above = taken;
    if (!Number.isFinite(tokens)) {
      // Longer than the context window: how much longer is not known, so halve.
      taken = Math.max(below.taken + 1, Math.floor((below.taken + above) / 2));
      continue;
    }
    const ratio = below.taken > 0 ? (below.tokens - base) / below.taken : Math.max(0.5, (tokens - base) / taken);
    const guess = below.taken + Math.max(1, Math.round((target - below.tokens) / Math.max(ratio, 0.2)));
    taken = Math.min(above - 1, Math.max(below.taken + 1, guess));
  }
  return await fill(target, below, textOf, count);
}

async function fill(
  target: number,
  below: { taken: number; tokens: number },
  textOf: (taken: number, fillers: number) => string,
  count: CountPromptTokens,
): Promise<FittedPrompt> {
  let best: FittedPrompt = { text: textOf(below.taken, 0), tokens: below.tokens };
  for (let fillers = target - below.tokens; fillers > 0 && fillers <= target; ) {
    const text = textOf(below.taken, fillers);
    const tokens = await count(text);
    if (!Number.isFinite(tokens)) break;
    if (tokens <= target && tokens > best.tokens) best = { text, tokens };
    if (tokens <= target) break;
    fillers -= tokens - target;
  }
  return best;
}
