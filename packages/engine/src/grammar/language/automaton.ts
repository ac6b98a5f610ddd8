import { ANY_CHARACTER, type CodePointRange } from "./code-points.js";

/** A transition on any code point from `from` to `to`, inclusive. */
export interface Edge {
  readonly from: number;
  readonly to: number;
  readonly target: number;
}

/**
 * A deterministic finite automaton. States are indexes; a character that no edge names leads nowhere. Edges of a state
 * are sorted and don't overlap.
 */
export interface Automaton {
  readonly start: number;
  readonly accepting: readonly boolean[];
  readonly edges: readonly (readonly Edge[])[];
}

/** An automaton would need more states than a grammar should have. The message says what is needed, and the bound. */
export class LanguageTooLargeError extends Error {
  override readonly name = "LanguageTooLargeError";
}

/** Most states of an automaton: a grammar has a rule for each. */
export const MAX_STATES = 4000;

/** Most signatures that are compared while states are merged. */
const MAX_REFINEMENT = 200_000;

const DEAD = -1;

/** Whether the automaton accepts a text. */
export function accepts(automaton: Automaton, value: string): boolean {
  let state = automaton.start;
  for (const character of value) {
    state = step(automaton, state, character.codePointAt(0) ?? 0);
    if (state === DEAD) return false;
  }
  return automaton.accepting[state] ?? false;
}

/** The state after one more character, or -1. */
export function step(automaton: Automaton, state: number, codePoint: number): number {
  for (const edge of automaton.edges[state] ?? []) {
    if (codePoint >= edge.from && codePoint <= edge.to) return edge.target;
  }
  return DEAD;
}

/** Whether no text is accepted. Only true of trimmed automata when it holds for all of them. */
export function isEmptyLanguage(automaton: Automaton): boolean {
  return !trim(automaton).accepting.some(Boolean);
}

/** What both accept. */
export function intersectAutomata(a: Automaton, b: Automaton): Automaton {
  return combine(a, b, (x, y) => x && y);
}

/** What either accepts. */
export function uniteAutomata(a: Automaton, b: Automaton): Automaton {
  return combine(a, b, (x, y) => x || y);
}

/** What `a` accepts and `b` does not. */
export function subtractAutomata(a: Automaton, b: Automaton): Automaton {
  return combine(a, b, (x, y) => x && !y);
}

/** Every text that the automaton does not accept. */
export function complementAutomaton(automaton: Automaton): Automaton {
  return subtractAutomata(EVERYTHING, automaton);
}

/** Accepts every text. */
export const EVERYTHING: Automaton = {
  start: 0,
  accepting: [true],
  edges: [ANY_CHARACTER.map(([from, to]) => ({ from, to, target: 0 }))],
};

/** Texts of `min` to `max` characters. @throws LanguageTooLargeError */
export function lengthAutomaton(min: number, max: number): Automaton {
  const last = max === Number.POSITIVE_INFINITY ? min : max;
  if (last >= MAX_STATES) throw new LanguageTooLargeError(`a length of ${last}, more than ${MAX_STATES - 1}`);
  const states = Array.from({ length: last + 1 }, (_, length) => length);
  const to = (target: number) => ANY_CHARACTER.map(([from, end]) => ({ from, to: end, target }));
  return {
    start: 0,
    accepting: states.map((length) => length >= min),
    edges: states.map((length) =>
      length < last ? to(length + 1) : max === Number.POSITIVE_INFINITY ? to(length) : [],
    ),
  };
}

/** The product of two automata, minimised. `accept` must not hold for two refusals. */
function combine(a: Automaton, b: Automaton, accept: (a: boolean, b: boolean) => boolean): Automaton {
  const index = new Map<string, number>();
  const pairs: [number, number][] = [];
  const stateOf = (x: number, y: number): number => {
    const key = `${x},${y}`;
    const known = index.get(key);
    if (known !== undefined) return known;
    if (pairs.length >= MAX_STATES * 4) {
      throw new LanguageTooLargeError(`more than ${MAX_STATES * 4} states when its constraints are combined`);
    }
    index.set(key, pairs.length);
    return pairs.push([x, y]) - 1;
  };
  stateOf(a.start, b.start);
  const edges: Edge[][] = [];
  for (let state = 0; state < pairs.length; state++) {
    const [x, y] = pairs[state] ?? [DEAD, DEAD];
    edges.push(
      commonEdges(a.edges[x] ?? [], b.edges[y] ?? []).map(({ from, to, left, right }) => ({
        from,
        to,
        target: stateOf(left, right),
      })),
    );
  }
  const accepting = pairs.map(([x, y]) => accept(a.accepting[x] ?? false, b.accepting[y] ?? false));
  return minimize({ start: 0, accepting, edges });
}

/** The edges of two states side by side, cut where either changes; -1 where a side has none. */
function commonEdges(left: readonly Edge[], right: readonly Edge[]) {
  const cuts = [...new Set([...left, ...right].flatMap((edge) => [edge.from, edge.to + 1]))].sort((a, b) => a - b);
  const pieces: { from: number; to: number; left: number; right: number }[] = [];
  let l = 0;
  let r = 0;
  for (let i = 0; i + 1 < cuts.length; i++) {
    const from = cuts[i] ?? 0;
    const to = (cuts[i + 1] ?? 0) - 1;
    while (l < left.length && (left[l]?.to ?? 0) < from) l++;
    while (r < right.length && (right[r]?.to ?? 0) < from) r++;
    const leftEdge = left[l];
    const rightEdge = right[r];
    const leftTarget = leftEdge && leftEdge.from <= from ? leftEdge.target : DEAD;
    const rightTarget = rightEdge && rightEdge.from <= from ? rightEdge.target : DEAD;
    if (leftTarget !== DEAD || rightTarget !== DEAD) pieces.push({ from, to, left: leftTarget, right: rightTarget });
  }
  return pieces;
}

/** Leaves out what can't be reached and what leads to no acceptance, and merges states that behave alike. */
export function minimize(automaton: Automaton): Automaton {
  const trimmed = trim(automaton);
  let classes: number[] = trimmed.accepting.map((accepting) => (accepting ? 1 : 0));
  let count = new Set(classes).size;
  for (let round = 1; ; round++) {
    // A long chain takes as many rounds as it has states; it is small enough as it is.
    if (round * classes.length > MAX_REFINEMENT) return trimmed;
    const signatures = new Map<string, number>();
    classes = trimmed.edges.map((edges, state) => {
      const signature = `${classes[state]}|${signatureOf(edges, classes)}`;
      const known = signatures.get(signature) ?? signatures.size;
      signatures.set(signature, known);
      return known;
    });
    if (signatures.size === count) break;
    count = signatures.size;
  }
  return quotient(trimmed, classes, count);
}

function signatureOf(edges: readonly Edge[], classes: readonly number[]): string {
  return joinEdges(edges.map((edge) => ({ ...edge, target: classes[edge.target] ?? DEAD })))
    .map(({ from, to, target }) => `${from}-${to}:${target}`)
    .join(",");
}

function quotient(automaton: Automaton, classes: readonly number[], count: number): Automaton {
  const accepting = new Array<boolean>(count).fill(false);
  const edges: Edge[][] = Array.from({ length: count }, () => []);
  const seen = new Set<number>();
  classes.forEach((group, state) => {
    if (seen.has(group)) return;
    seen.add(group);
    accepting[group] = automaton.accepting[state] ?? false;
    edges[group] = joinEdges(
      (automaton.edges[state] ?? []).map((edge) => ({ ...edge, target: classes[edge.target] ?? DEAD })),
    );
  });
  return { start: classes[automaton.start] ?? 0, accepting, edges };
}

/** Joins neighbouring edges with the same target. */
export function joinEdges(edges: readonly Edge[]): Edge[] {
  const joined: { from: number; to: number; target: number }[] = [];
  for (const edge of [...edges].sort((a, b) => a.from - b.from)) {
    const last = joined.at(-1);
    if (last && last.target === edge.target && last.to + 1 === edge.from) last.to = edge.to;
    else joined.push({ ...edge });
  }
  return joined;
}

/** Leaves out the states that can't be reached or from which nothing is accepted; the start stays. */
export function trim(automaton: Automaton): Automaton {
  const reachable = closure([automaton.start], (state) => (automaton.edges[state] ?? []).map((edge) => edge.target));
  const sources = new Map<number, number[]>();
  for (const state of reachable) {
    for (const edge of automaton.edges[state] ?? []) {
      const list = sources.get(edge.target);
      if (list) list.push(state);
      else sources.set(edge.target, [state]);
    }
  }
  const live = closure(
    [...reachable].filter((state) => automaton.accepting[state]),
    (state) => sources.get(state) ?? [],
  );
  const kept = [...reachable].filter((state) => live.has(state) || state === automaton.start);
  const index = new Map(kept.map((state, position) => [state, position]));
  return {
    start: index.get(automaton.start) ?? 0,
    accepting: kept.map((state) => automaton.accepting[state] ?? false),
    edges: kept.map((state) =>
      (automaton.edges[state] ?? []).flatMap((edge) => {
        const target = live.has(edge.target) ? index.get(edge.target) : undefined;
        return target === undefined ? [] : [{ ...edge, target }];
      }),
    ),
  };
}

function closure(start: number[], next: (state: number) => number[]): Set<number> {
  const seen = new Set(start);
  const queue = [...start];
  for (let state = queue.pop(); state !== undefined; state = queue.pop()) {
    for (const target of next(state)) {
      if (seen.has(target)) continue;
      seen.add(target);
      queue.push(target);
    }
  }
  return seen;
}

/** The characters of a state's edges by target. */
export function edgesByTarget(edges: readonly Edge[]): Map<number, CodePointRange[]> {
  const targets = new Map<number, CodePointRange[]>();
  for (const { from, to, target } of edges) {
    const ranges = targets.get(target);
    if (ranges) ranges.push([from, to]);
    else targets.set(target, [[from, to]]);
  }
  return targets;
}
