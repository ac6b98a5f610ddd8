import { InferenceError } from "../inference-error.js";
import type { Model } from "./model.js";
import type { NativeGrammarState } from "./native-addon.js";

/** Compiles GBNF. @throws InferenceError `grammar` */
export function createGrammarState(model: Model, gbnf: string): NativeGrammarState {
  const { AddonGrammar, AddonGrammarEvaluationState } = model.addon;
  try {
    const grammar = new AddonGrammar(gbnf, { addonExports: model.addon, rootRuleName: "root" });
    return new AddonGrammarEvaluationState(model.native, grammar);
  } catch (cause) {
    throw new InferenceError("grammar", "failed to parse grammar", { cause });
  }
}

/** Holds a grammar back until a text, such as `</think>`, has been generated. */
export class GrammarGate {
  #tail = "";

  constructor(
    private readonly after: string,
    readonly grammar: NativeGrammarState,
  ) {}

  /** Whether the grammar begins after this piece of text. */
  opens(text: string): boolean {
    const seen = this.#tail + text;
    this.#tail = seen.slice(-(this.after.length - 1) || seen.length);
    return seen.includes(this.after);
  }
}
