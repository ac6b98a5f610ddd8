import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import type { NativeContext } from "./native-addon.js";
import type { Sequence } from "./sequence.js";

/** A conversation that is kept outside of llama.cpp's memory. */
interface SavedState {
  path: string;
  tokens: readonly number[];
  sizeBytes: number;
}

/** Reading fewer tokens again costs less than keeping them. */
const LEAST_SAVED = 64;

/** Keeps conversations that are put out of their sequences, the latest ones, within a budget. */
export class SavedStates {
  readonly #states: SavedState[] = [];
  #count = 0;

  constructor(
    private readonly context: NativeContext,
    private readonly folder: string,
    private readonly budgetBytes: number,
  ) {}

  /** Keeps what a sequence holds, if a prompt is about to take a conversation's place. */
  async saveBefore(prompt: readonly number[], sequence: Sequence): Promise<void> {
    const { tokens } = sequence;
    if (tokens.length - sequence.commonPrefix(prompt) < LEAST_SAVED || this.#holds(tokens)) return;
    const path = join(this.folder, String(this.#count++));
    await mkdir(this.folder, { recursive: true, mode: 0o700 });
    try {
      const sizeBytes = await this.context.saveSequenceStateToFile(path, sequence.id, Uint32Array.from(tokens));
      // What the conversation was before is part of it.
      await this.#remove((state) => commonLength(state.tokens, tokens) === state.tokens.length);
      this.#states.push({ path, tokens: [...tokens], sizeBytes });
      await this.#keepBudget();
    } catch {
      // A disk that is full costs time, and no answer.
      await rm(path, { force: true });
    }
  }

  /** Brings back the conversation that a prompt goes on with, if it is worth more than `most` tokens. */
  async restore(prompt: readonly number[], sequence: Sequence, most: number): Promise<boolean> {
    let best: SavedState | undefined;
    let longest = most + LEAST_SAVED - 1;
    for (const state of this.#states) {
      const common = commonLength(state.tokens, prompt);
      if (common <= longest) continue;
      best = state;
      longest = common;
    }
    if (best === undefined) return false;
    sequence.clear();
    try {
      await this.context.loadSequenceStateFromFile(best.path, sequence.id, best.tokens.length);
      sequence.tokens.push(...best.tokens);
      return true;
    } catch {
      sequence.clear();
      return false;
    } finally {
      await this.#remove((state) => state === best);
    }
  }

  #holds(tokens: readonly number[]): boolean {
    return this.#states.some((state) => commonLength(state.tokens, tokens) === tokens.length);
  }

  async #keepBudget(): Promise<void> {
    const sum = (): number => this.#states.reduce((bytes, { sizeBytes }) => bytes + sizeBytes, 0);
    while (sum() > this.budgetBytes) {
      const [oldest] = this.#states;
      await this.#remove((state) => state === oldest);
    }
  }

  async #remove(isMeant: (state: SavedState) => boolean): Promise<void> {
    for (const state of this.#states.filter(isMeant)) {
      this.#states.splice(this.#states.indexOf(state), 1);
      await rm(state.path, { force: true });
    }
  }
}

function commonLength(a: readonly number[], b: readonly number[]): number {
  let common = 0;
  while (common < a.length && common < b.length && a[common] === b[common]) common++;
  return common;
}
