import type { Gbnf, GbnfNode } from "./parse-gbnf.js";

/** Characters that make a walk interesting: the rest of a wide range is seldom taken. */
const FAVOURITES = [...'ab1 "\\/\n-é日👍'].map((character) => character.codePointAt(0) ?? 0);

/** Numbers from 0 to 1 that a seed determines (mulberry32). */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Makes random texts of a grammar. After `patience` steps a walk takes the shortest way out. */
export class GbnfWalker {
  private readonly shortest = new Map<string, number>();

  constructor(private readonly grammar: Gbnf) {
    for (let changed = true; changed; ) {
      changed = false;
      for (const [name, node] of grammar) {
        const length = this.minimum(node);
        if (length < (this.shortest.get(name) ?? Number.POSITIVE_INFINITY)) {
          this.shortest.set(name, length);
          changed = true;
        }
      }
    }
  }

  /** The rules from which no text can be made. */
  get deadEnds(): string[] {
    return [...this.grammar.keys()].filter((name) => !this.shortest.has(name));
  }

  walk(random: () => number, patience = 60): string {
    let steps = 0;
    const output: string[] = [];
    const visit = (node: GbnfNode): void => {
      steps++;
      const hurried = steps > patience;
      switch (node.type) {
        case "character":
          output.push(pickCharacter(node, random));
          return;
        case "rule":
          visit(this.grammar.get(node.name) ?? { type: "choice", options: [] });
          return;
        case "sequence":
          for (const part of node.parts) visit(part);
          return;
        case "choice":
          visit(this.pick(node.options, hurried, random));
          return;
        case "repeat": {
          const span = Math.min(node.max - node.min, 3);
          const more = hurried ? 0 : Math.floor(random() * (span + 1));
          for (let i = 0; i < node.min + more; i++) visit(node.inner);
        }
      }
    };
    visit({ type: "rule", name: "root" });
    return output.join("");
  }

  private pick(options: GbnfNode[], hurried: boolean, random: () => number): GbnfNode {
    const possible = options.filter((option) => Number.isFinite(this.minimum(option)));
    const ordered = hurried ? possible.sort((a, b) => this.minimum(a) - this.minimum(b)).slice(0, 1) : possible;
    const option = ordered[Math.floor(random() * ordered.length)];
    if (!option) throw new Error("the grammar leads nowhere");
    return option;
  }

  private minimum(node: GbnfNode): number {
    switch (node.type) {
      case "character":
        return 1;
      case "rule":
        return this.shortest.get(node.name) ?? Number.POSITIVE_INFINITY;
      case "sequence":
        return node.parts.reduce((sum, part) => sum + this.minimum(part), 0);
      case "choice":
        return Math.min(...node.options.map((option) => this.minimum(option)));
      case "repeat":
        return node.min === 0 ? 0 : node.min * this.minimum(node.inner);
    }
  }
}

function pickCharacter(node: Extract<GbnfNode, { type: "character" }>, random: () => number): string {
  const inside = (code: number) => node.ranges.some(([from, to]) => code >= from && code <= to) !== node.negated;
  const liked = FAVOURITES.filter(inside);
  if (liked.length > 0 && random() < 0.7) return String.fromCodePoint(liked[Math.floor(random() * liked.length)] ?? 97);
  const [from, to] = node.ranges[Math.floor(random() * node.ranges.length)] ?? [97, 97];
  if (node.negated) return "x";
  return String.fromCodePoint(from + Math.floor(random() * (Math.min(to, from + 300) - from + 1)));
}
