import { randomInt } from "node:crypto";
import type { SamplingOptions } from "../inference-contract.js";
import type { Model } from "./model.js";
import type { NativeContext, NativeGrammarState, NativeSampler, NativeSamplerConfig } from "./native-addon.js";
import { seededRandom } from "./seeded-random.js";
import type { Sequence } from "./sequence.js";
import { sampleTypical } from "./typical-sampling.js";

/** llama.cpp takes the highest 32-bit value for "no seed". */
const SEED_LIMIT = 0xffff_ffff;

/** Memory for the window of penalties is taken at once: more than any context is never needed. */
const LARGEST_WINDOW = 2 ** 20;

/**
 * Chooses the tokens of one generation. The native sampler does it, in llama.cpp's order: grammar, penalties, top_k,
 * top_p, min_p, temperature. It has no typical_p, so with that the steps from there on are done here.
 */
export class TokenSampler {
  readonly #sampler: NativeSampler;
  readonly #seed: number;
  readonly #random: () => number;
  #grammar: NativeGrammarState | undefined;
  #configured = false;

  constructor(
    private readonly model: Model,
    private readonly context: NativeContext,
    private readonly sampling: SamplingOptions,
    sequence: Sequence,
  ) {
    this.#seed = sampling.seed < 0 ? randomInt(SEED_LIMIT) : sampling.seed % SEED_LIMIT;
    this.#random = seededRandom(this.#seed);
    sequence.sampler ??= new model.addon.AddonSampler(model.native);
    this.#sampler = sequence.sampler;
    // Another seed makes the sampler forget the state that the sequence's last generation left in its generator.
    this.#sampler.applyConfig({ temperature: 1, seed: (this.#seed + 1) % SEED_LIMIT });
  }

  /** From the next token on, only what the grammar allows is chosen. */
  constrain(grammar: NativeGrammarState): void {
    this.#grammar = grammar;
    this.#configured = false;
  }

  /** @param history - the tokens so far, prompt included: penalties look at the last of them */
  async next(batchIndex: number, history: readonly number[]): Promise<number> {
    if (this.sampling.typicalP < 1 && this.sampling.temperature > 0) return this.#nextTypical(batchIndex, history);
    if (!this.#configured) this.#sampler.applyConfig(this.#config(history, this.#grammar));
    // From here the sampler follows along by itself, penalties and grammar included.
    this.#configured = true;
    return this.context.sampleToken(batchIndex, this.#sampler);
  }

  async #nextTypical(batchIndex: number, history: readonly number[]): Promise<number> {
    const { AddonGrammarEvaluationState, AddonSampler } = this.model.addon;
    // The sampler advances the grammar by the token that it would have chosen: give it a copy.
    const grammar = this.#grammar && new AddonGrammarEvaluationState(this.#grammar);
    const { topP: _, minP: __, ...config } = this.#config(history, grammar);
    this.#sampler.applyConfig({ ...config, temperature: 1 });
    const sample = await this.context.sampleToken(batchIndex, this.#sampler, false, false, true, false);
    const token = sampleTypical(sample[3] ?? [], this.sampling, this.#random());
    if (this.#grammar !== undefined && token >= 0 && !this.model.isEnd(token)) {
      AddonSampler.acceptGrammarEvaluationStateToken(this.#grammar, token);
    }
    return token;
  }

  #config(history: readonly number[], grammar: NativeGrammarState | undefined): NativeSamplerConfig {
    const { temperature, topK, topP, minP } = this.sampling;
    return {
      temperature: Math.max(0, temperature),
      topK,
      ...(topP < 1 && { topP: Math.max(0, topP) }),
      ...(minP > 0 && { minP }),
      seed: this.#seed,
      ...this.#penalties(history),
      ...(grammar !== undefined && { grammarEvaluationState: grammar }),
    };
  }

  #penalties(history: readonly number[]): Partial<NativeSamplerConfig> {
    const { repeatLastN, repeatPenalty, presencePenalty, frequencyPenalty } = this.sampling;
    const neutral = repeatPenalty === 1 && presencePenalty === 0 && frequencyPenalty === 0;
    if (neutral || repeatLastN === 0) return {};
    const window = repeatLastN < 0 ? LARGEST_WINDOW : Math.min(repeatLastN, LARGEST_WINDOW);
    return {
      repeatPenalty,
      repeatPenaltyMaxTokens: window,
      repeatPenaltyTokens: Uint32Array.from(history.slice(-window)),
      repeatPenaltyPresencePenalty: presencePenalty,
      repeatPenaltyFrequencyPenalty: frequencyPenalty,
    };
  }
}
