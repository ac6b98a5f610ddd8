const DEEPEST = 200;

/** A value of the template language. */
export interface JinjaValue {
  readonly type: string;
  readonly value: unknown;
}

/**
 * How much text a value is at least when it is written: its characters, and one for each entry. A list of lists may
 * hold the same list many times, so that it is small in memory and endless on paper.
 */
export class JinjaWeights {
  #known = new WeakMap<JinjaValue, number>();

  /** Forgets what it weighed: lists have changed. */
  forget(): void {
    this.#known = new WeakMap();
  }

  /** @param depth - how many lists it is inside of; a list may hold itself */
  of(value: JinjaValue, depth = 0): number {
    if (depth > DEEPEST) return Number.POSITIVE_INFINITY;
    if (typeof value.value === "string") return 1 + value.value.length;
    const known = this.#known.get(value);
    if (known !== undefined) return known;
    const entries = entriesOf(value);
    if (entries === undefined) return 1;
    let weight = 1;
    for (const entry of entries) weight += this.of(entry, depth + 1);
    this.#known.set(value, weight);
    return weight;
  }
}

/** What a list or a mapping holds. A namespace can change, and is never written as a whole. */
function entriesOf({ type, value }: JinjaValue): Iterable<JinjaValue> | undefined {
  if (Array.isArray(value)) return value;
  return value instanceof Map && type !== "NamespaceValue" ? value.values() : undefined;
}
