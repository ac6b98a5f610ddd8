import { type Automaton, type Edge, LanguageTooLargeError } from "./automaton.js";

/** Most states of the graph of a list of words, which is about a megabyte of grammar. */
const MAX_WORD_STATES = 100_000;

interface Node {
  accepting: boolean;
  /** In the order of their characters. */
  readonly ways: Map<number, Node>;
}

/**
 * The smallest automaton of a list of texts: it shares their beginnings and their ends, so that a long enumeration has
 * one way to go on at each character. The texts are added in sorted order, and what can't change any more is merged with
 * its equals at once (Daciuk, Mihov, Watson and Watson: "Incremental construction of minimal acyclic finite-state
 * automata", 2000).
 *
 * @throws LanguageTooLargeError
 */
export function wordAutomaton(words: readonly string[]): Automaton {
  const root: Node = { accepting: false, ways: new Map() };
  const merged = new Map<string, Node>();
  const numbers = new Map<Node, number>();
  let path: { node: Node; code: number; child: Node }[] = [];
  const numberOf = (node: Node): number => {
    const number = numbers.get(node) ?? numbers.size;
    if (number > MAX_WORD_STATES) throw new LanguageTooLargeError(`more than ${MAX_WORD_STATES} states`);
    numbers.set(node, number);
    return number;
  };
  /** Nothing is added below these steps any more. */
  const settle = (from: number): void => {
    for (const { node, code, child } of path.slice(from).reverse()) {
      const ways = [...child.ways].map(([next, target]) => `${next}:${numberOf(target)}`);
      const signature = `${child.accepting} ${ways.join(",")}`;
      const equal = merged.get(signature);
      if (equal) node.ways.set(code, equal);
      else {
        merged.set(signature, child);
        numberOf(child);
      }
    }
    path = path.slice(0, from);
  };
  for (const codes of sortedWords(words)) {
    let common = 0;
    while (common < path.length && common < codes.length && path[common]?.code === codes[common]) common++;
    settle(common);
    let node = path.at(-1)?.child ?? root;
    for (const code of codes.slice(common)) {
      const child: Node = { accepting: false, ways: new Map() };
      node.ways.set(code, child);
      path.push({ node, code, child });
      node = child;
    }
    node.accepting = true;
  }
  settle(0);
  const start = numberOf(root);
  const nodes = [...numbers.keys()];
  return {
    start,
    accepting: nodes.map(({ accepting }) => accepting),
    edges: nodes.map(({ ways }) =>
      [...ways].map(([code, target]): Edge => ({ from: code, to: code, target: numberOf(target) })),
    ),
  };
}

function sortedWords(words: readonly string[]): number[][] {
  return words.map((word) => [...word].map((character) => character.codePointAt(0) ?? 0)).sort(compareCodes);
}

function compareCodes(a: readonly number[], b: readonly number[]): number {
  const length = Math.min(a.length, b.length);
  for (let index = 0; index < length; index++) {
    const difference = (a[index] ?? 0) - (b[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}
