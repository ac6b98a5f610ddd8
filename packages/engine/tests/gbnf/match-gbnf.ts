import type { Gbnf, GbnfNode } from "./parse-gbnf.js";

/** Whether a grammar's `root` matches a whole text. */
export function matchesGbnf(grammar: Gbnf, text: string): boolean {
  const codes = [...text].map((character) => character.codePointAt(0) ?? 0);
  const known = new Map<GbnfNode, Map<number, ReadonlySet<number>>>();
  const root = grammar.get("root");
  return root !== undefined && ends(root, 0).has(codes.length);

  /** The positions at which a match that begins at `from` can end. */
  function ends(node: GbnfNode, from: number): ReadonlySet<number> {
    const ofNode = known.get(node) ?? new Map<number, ReadonlySet<number>>();
    known.set(node, ofNode);
    const before = ofNode.get(from);
    if (before) return before;
    const found = find(node, from);
    ofNode.set(from, found);
    return found;
  }

  function find(node: GbnfNode, from: number): ReadonlySet<number> {
    switch (node.type) {
      case "character": {
        const code = codes[from];
        if (code === undefined) return new Set();
        return node.ranges.some(([low, high]) => code >= low && code <= high) !== node.negated
          ? new Set([from + 1])
          : new Set();
      }
      case "rule": {
        const body = grammar.get(node.name);
        return body ? ends(body, from) : new Set();
      }
      case "sequence":
        return node.parts.reduce<ReadonlySet<number>>((starts, part) => advance(starts, part), new Set([from]));
      case "choice":
        return new Set(node.options.flatMap((option) => [...ends(option, from)]));
      case "repeat": {
        let reached: ReadonlySet<number> = new Set([from]);
        for (let i = 0; i < node.min; i++) reached = advance(reached, node.inner);
        const all = new Set(reached);
        for (let i = node.min; i < node.max && reached.size > 0; i++) {
          reached = new Set([...advance(reached, node.inner)].filter((end) => !all.has(end)));
          for (const end of reached) all.add(end);
        }
        return all;
      }
    }
  }

  function advance(starts: ReadonlySet<number>, node: GbnfNode): ReadonlySet<number> {
    return new Set([...starts].flatMap((start) => [...ends(node, start)]));
  }
}
