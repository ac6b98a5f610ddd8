import type { ResolvedPlan } from "../plan/bench-plan.js";
import type { Scenario } from "../plan/scenario.js";
import { seededRandom } from "../statistics/seeded-random.js";
import { corpusWords } from "./corpus.js";
import { type CountPromptTokens, fitPrompt } from "./fit-prompt.js";
import { nonce } from "./nonce.js";

/** Gives the prompt of each request of a scenario for one model. */
export interface PromptSource {
  /** The prompt of request `index` in trial `trial`. */
  prompt(trial: number, index: number): { text: string; promptIndex: number };
  /** Length of each prompt in tokens, where it was cut to one. */
  tokens?: number;
}

/** Enough words for a length: no vocabulary has fewer tokens than words. */
const WORDS_PER_TOKEN = 1.2;

/** Prepares a scenario's prompts; corpus prompts are sized by asking the server. */
export async function promptSource(
  scenario: Scenario,
  given: readonly string[],
  plan: ResolvedPlan,
  count: CountPromptTokens,
): Promise<PromptSource> {
  const { prompt } = scenario;
  if (prompt.source === "given") {
    return {
      prompt: (trial, index) => {
        const promptIndex = index % given.length;
        const text = given[promptIndex] ?? "";
        return { promptIndex, text: prompt.nonce ? `${nonceFor(plan, trial, index)}${text}` : text };
      },
    };
  }
  const target = prompt.tokens ?? prompt.sharedPrefixTokens ?? 128;
  const random = seededRandom(plan.seed * 7919 + target);
  const words = corpusWords(Math.ceil(target * WORDS_PER_TOKEN) + 16, random);
  const sample = nonceFor(plan, -1, target);
  const fitted = await fitPrompt(target, sample, words, count);
  const body = fitted.text.slice(sample.length);
  if (prompt.sharedPrefixTokens !== undefined) {
    // The nonce of the scenario is the same for all: the first request fills the cache, the others find it.
    const shared = `${nonceFor(plan, -2, target)}${body}`;
    return {
      prompt: (trial, index) => ({ promptIndex: index, text: `${shared} ${nonceFor(plan, trial, index)}` }),
      tokens: fitted.tokens,
    };
  }
  return {
    prompt: (trial, index) => ({ promptIndex: index, text: `${nonceFor(plan, trial, index)}${body}` }),
    tokens: fitted.tokens,
  };
}

/** A nonce for a place in the plan: repeatable from the seed, different everywhere. */
function nonceFor(plan: ResolvedPlan, trial: number, index: number): string {
  return nonce(seededRandom((plan.seed * 1_000_003 + (trial + 3) * 10_007 + index) | 0));
}
