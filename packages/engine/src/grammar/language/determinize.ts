import { type Automaton, type Edge, joinEdges, LanguageTooLargeError, MAX_STATES, minimize } from "./automaton.js";
import type { CodePointRange } from "./code-points.js";
import type { Expression } from "./expression.js";

interface NondeterministicState {
  silent: number[];
  moves: { range: CodePointRange; target: number }[];
}

/** Most states while an expression is being taken apart. */
const MAX_NONDETERMINISTIC_STATES = 20_000;
/** Most steps of the subset construction: a hostile pattern must not keep the server busy. */
const MAX_STEPS = 1_000_000;

/**
 * The automaton of a regular expression: Thompson's construction, the subset construction, minimised.
 *
 * @throws LanguageTooLargeError when it would need too many states
 */
export function automatonOf(expression: Expression): Automaton {
  const states: NondeterministicState[] = [];
  const newState = (): number => {
    if (states.length >= MAX_NONDETERMINISTIC_STATES) {
      throw new LanguageTooLargeError(
        `more than ${MAX_NONDETERMINISTIC_STATES} parts when its repetitions are written out`,
      );
    }
    return states.push({ silent: [], moves: [] }) - 1;
  };
  const start = newState();
  const end = build(expression, start);
  return minimize(determinize(states, start, end));

  /** Adds states for an expression that begins in `from`; gives the state in which it ends. */
  function build(part: Expression, from: number): number {
    switch (part.type) {
      case "text":
        return [...part.text].reduce((state, character) => {
          const code = character.codePointAt(0) ?? 0;
          return move(state, [[code, code]]);
        }, from);
      case "set":
        return move(from, part.set);
      case "sequence":
        return part.parts.reduce((state, inner) => build(inner, state), from);
      case "choice": {
        const target = newState();
        for (const option of part.options) {
          const begin = newState();
          states[from]?.silent.push(begin);
          states[build(option, begin)]?.silent.push(target);
        }
        return target;
      }
      case "repeat":
        return buildRepeat(part.inner, part.min, part.max, from);
      case "rule":
        throw new TypeError(`The rule ${part.name} stands in an expression that has to be regular.`);
    }
  }

  function buildRepeat(inner: Expression, min: number, max: number, from: number): number {
    let state = from;
    for (let i = 0; i < min; i++) state = build(inner, state);
    const target = newState();
    if (max === Number.POSITIVE_INFINITY) {
      const loop = newState();
      states[state]?.silent.push(loop);
      states[build(inner, loop)]?.silent.push(loop);
      states[loop]?.silent.push(target);
      return target;
    }
    states[state]?.silent.push(target);
    for (let i = min; i < max; i++) {
      state = build(inner, state);
      states[state]?.silent.push(target);
    }
    return target;
  }

  function move(from: number, ranges: readonly CodePointRange[]): number {
    const target = newState();
    for (const range of ranges) states[from]?.moves.push({ range, target });
    return target;
  }
}

function determinize(states: readonly NondeterministicState[], start: number, end: number): Automaton {
  const index = new Map<string, number>();
  const subsets: number[][] = [];
  let steps = 0;
  const subsetOf = (members: Iterable<number>): number => {
    const subset = silentClosure(states, members);
    steps += subset.length;
    if (steps > MAX_STEPS) throw new LanguageTooLargeError(`more than ${MAX_STEPS} steps to be made into a grammar`);
    const key = subset.join(",");
    const known = index.get(key);
    if (known !== undefined) return known;
    if (subsets.length >= MAX_STATES * 2) throw new LanguageTooLargeError(`more than ${MAX_STATES * 2} states`);
    index.set(key, subsets.length);
    return subsets.push(subset) - 1;
  };
  subsetOf([start]);
  const edges: Edge[][] = [];
  for (let state = 0; state < subsets.length; state++) {
    const moves = (subsets[state] ?? []).flatMap((member) => states[member]?.moves ?? []);
    edges.push(deterministicEdges(moves, subsetOf));
  }
  return { start: 0, accepting: subsets.map((subset) => subset.includes(end)), edges };
}

function silentClosure(states: readonly NondeterministicState[], members: Iterable<number>): number[] {
  const seen = new Set(members);
  const queue = [...seen];
  for (let state = queue.pop(); state !== undefined; state = queue.pop()) {
    for (const next of states[state]?.silent ?? []) {
      if (seen.has(next)) continue;
      seen.add(next);
      queue.push(next);
    }
  }
  return [...seen].sort((a, b) => a - b);
}

function deterministicEdges(
  moves: { range: CodePointRange; target: number }[],
  subsetOf: (members: Iterable<number>) => number,
): Edge[] {
  const starts = new Map<number, number[]>();
  const ends = new Map<number, number[]>();
  for (const { range, target } of moves) {
    addTo(starts, range[0], target);
    addTo(ends, range[1] + 1, target);
  }
  const cuts = [...new Set([...starts.keys(), ...ends.keys()])].sort((a, b) => a - b);
  const active = new Map<number, number>();
  const edges: Edge[] = [];
  cuts.forEach((from, i) => {
    for (const target of ends.get(from) ?? []) {
      const left = (active.get(target) ?? 0) - 1;
      if (left > 0) active.set(target, left);
      else active.delete(target);
    }
    for (const target of starts.get(from) ?? []) active.set(target, (active.get(target) ?? 0) + 1);
    const next = cuts[i + 1];
    if (next !== undefined && active.size > 0) edges.push({ from, to: next - 1, target: subsetOf(active.keys()) });
  });
  return joinEdges(edges);
}

function addTo(map: Map<number, number[]>, key: number, value: number): void {
  const list = map.get(key);
  if (list) list.push(value);
  else map.set(key, [value]);
}
