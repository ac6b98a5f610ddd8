import type { NativeContext, NativeSampler } from "./native-addon.js";

/**
 * One of the sequences that a context computes side by side. It remembers which tokens llama.cpp's memory holds for it,
 * so that the next prompt with the same beginning need not be computed from there.
 */
export class Sequence {
  /** What the memory holds, by position. */
  readonly tokens: number[] = [];
  busy = false;
  /** When it was last in use, by a counter. */
  lastUsed = 0;
  /** Samplers are kept with their sequence, because each holds a table as large as the vocabulary. */
  sampler?: NativeSampler;
  observer?: NativeSampler;

  constructor(
    readonly id: number,
    private readonly context: NativeContext,
  ) {}

  /** How many tokens at the beginning of a prompt the memory holds already. */
  commonPrefix(prompt: readonly number[]): number {
    const length = Math.min(prompt.length, this.tokens.length);
    let common = 0;
    while (common < length && this.tokens[common] === prompt[common]) common++;
    return common;
  }

  /** Takes over what another sequence's memory holds. */
  async copy(source: Sequence): Promise<void> {
    this.clear();
    await this.context.copySequenceStateFromOtherSequence(this.id, source.id);
    this.tokens.push(...source.tokens);
  }

  /** Forgets what a prompt does not begin with. Returns how much of the prompt is left in the memory. */
  reuse(prompt: readonly number[]): number {
    // The last token has to be computed again: its logits are not kept.
    const keep = Math.min(this.commonPrefix(prompt), prompt.length - 1);
    if (keep < this.tokens.length && !this.#truncate(keep)) this.clear();
    return this.tokens.length;
  }

  /** Drops `count` tokens after the first `keep`. `false` when this kind of memory can't. */
  shift(keep: number, count: number): boolean {
    if (!this.context.removeTokenCellsFromSequence(this.id, keep, keep + count)) return false;
    this.context.shiftSequenceTokenCells(this.id, keep + count, this.tokens.length, -count);
    this.tokens.splice(keep, count);
    return true;
  }

  clear(): void {
    this.context.disposeSequence(this.id);
    this.tokens.length = 0;
  }

  #truncate(length: number): boolean {
    if (length === 0) return false;
    // With sliding windows the memory may have let go of what the tokens before `length` need.
    if (this.context.getSequenceKvCacheMinPosition(this.id) > 0) return false;
    if (!this.context.removeTokenCellsFromSequence(this.id, length, -1)) return false;
    this.tokens.length = length;
    return true;
  }
}

/** Copying less than this costs as much as computing it. */
const LEAST_COPIED = 32;

/** The sequence, also one that computes, that holds so much more of a prompt that copying it is quicker than computing. */
export function sequenceToCopy(
  prompt: readonly number[],
  target: Sequence,
  all: readonly Sequence[],
): Sequence | undefined {
  let best: Sequence | undefined;
  let most = target.commonPrefix(prompt) + LEAST_COPIED - 1;
  for (const sequence of all) {
    const common = sequence === target ? 0 : sequence.commonPrefix(prompt);
    if (common <= most) continue;
    best = sequence;
    most = common;
  }
  return best;
}

/**
 * The sequence to compute a prompt in: the one that holds most of it, if that is worth it, else the first that holds
 * nothing, else the one that has been idle longest. A few tokens in common, such as the beginning of every chat, are not
 * worth another conversation. Those that compute together are so near each other, as one step of llama.cpp needs them.
 * @param free - at least one
 */
export function bestSequence(prompt: readonly number[], free: readonly Sequence[]): Sequence {
  const common = new Map(free.map((sequence) => [sequence, sequence.commonPrefix(prompt)]));
  const worth = (sequence: Sequence): number => {
    const count = common.get(sequence) ?? 0;
    return 2 * count > Math.min(prompt.length, sequence.tokens.length) ? count : 0;
  };
  const age = ({ tokens, lastUsed }: Sequence): number => (tokens.length === 0 ? -1 : lastUsed);
  return free.reduce((best, sequence) => {
    const gain = worth(sequence) - worth(best);
    return gain > 0 || (gain === 0 && age(sequence) < age(best)) ? sequence : best;
  });
}
