import { createHash } from "node:crypto";
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
  const nonceAt = noncesOf(scenario, plan.seed);
  if (prompt.source === "given") {
    return {
      prompt: (trial, index) => {
        const promptIndex = index % given.length;
        const text = given[promptIndex] ?? "";
        return { promptIndex, text: prompt.nonce ? `${nonceAt(trial, index)}${text}` : text };
      },
    };
  }
  const target = prompt.tokens ?? prompt.sharedPrefixTokens ?? 128;
  const random = seededRandom(plan.seed * 7919 + target);
  const words = corpusWords(Math.ceil(target * WORDS_PER_TOKEN) + 16, random);
  const sample = nonceAt(-1, target);
  const fitted = await fitPrompt(target, sample, words, count);
  const body = fitted.text.slice(sample.length);
  if (prompt.sharedPrefixTokens !== undefined) {
    // The nonce of the scenario is the same for all: the first request fills the cache, the others find it.
    const shared = `${nonceAt(-2, target)}${body}`;
    return { prompt: (trial, index) => ({ promptIndex: index, text: `${shared} ${nonceAt(trial, index)}` }) };
  }
  return {
    prompt: (trial, index) => ({ promptIndex: index, text: `${nonceAt(trial, index)}${body}` }),
  };
}

/**
 * A nonce for a place in the plan: repeatable from the seed, different everywhere, also from one scenario to the next.
 * Else a server with a large cache would find each prompt of a ladder's second step from the first.
 */
function noncesOf({ id }: Scenario, seed: number): (trial: number, index: number) => string {
  const salt = createHash("sha256").update(`${seed} ${id}`).digest().readInt32LE();
  return (trial, index) => nonce(seededRandom((salt + (trial + 3) * 10_007 + index) | 0));
}
