import type { TokenLogprob } from "../inference-contract.js";
import type { Model } from "./model.js";
import type { NativeContext, NativeSampler } from "./native-addon.js";
import type { Logprob } from "./output-text.js";
import type { Sequence } from "./sequence.js";

/**
 * Reads log-probabilities as the model gives them, before penalties, filters and temperature, as a real server does.
 */
export class LogprobObserver {
  readonly #sampler: NativeSampler;

  constructor(
    private readonly model: Model,
    private readonly context: NativeContext,
    private readonly topLogprobs: number,
    sequence: Sequence,
  ) {
    sequence.observer ??= new model.addon.AddonSampler(model.native);
    this.#sampler = sequence.observer;
    this.#sampler.applyConfig({ temperature: 0 });
  }

  async read(batchIndex: number, token: number): Promise<Logprob> {
    const top = Math.max(1, this.topLogprobs);
    const [, , , logits = [], weight = 1] = await this.context.sampleToken(
      batchIndex,
      this.#sampler,
      false,
      false,
      [[token], false, false, false, top],
      true,
    );
    // The candidates come first, from the highest, then the token itself.
    const logSum = (logits[1] ?? 0) + Math.log(weight);
    const own = this.#describe(token, (logits.at(-1) ?? 0) - logSum);
    if (this.topLogprobs === 0) return own;
    const topLogprobs: TokenLogprob[] = [];
    for (let i = 0; i < logits.length - 2; i += 2) {
      topLogprobs.push(this.#describe(logits[i] ?? 0, (logits[i + 1] ?? 0) - logSum));
    }
    return { ...own, topLogprobs };
  }

  #describe(token: number, logprob: number): TokenLogprob {
    const bytes = this.model.bytes.get(token);
    return { token: Buffer.from(bytes).toString(), bytes: Array.from(bytes), logprob };
  }
}
