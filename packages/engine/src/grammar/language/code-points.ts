/** An inclusive range of Unicode code points. */
export type CodePointRange = readonly [from: number, to: number];

/** Code points as sorted ranges that neither overlap nor touch. */
export type CodePoints = readonly CodePointRange[];

/** Every character that text can hold: all code points except lone surrogates. */
export const ANY_CHARACTER: CodePoints = [
  [0, 0xd7ff],
  [0xe000, 0x10ffff],
];

/** Sorts ranges and joins those that overlap or touch. */
export function codePoints(ranges: readonly CodePointRange[]): CodePoints {
  const sorted = ranges.filter(([from, to]) => from <= to).sort((a, b) => a[0] - b[0]);
  const joined: [number, number][] = [];
  for (const [from, to] of sorted) {
    const last = joined.at(-1);
    if (last && from <= last[1] + 1) last[1] = Math.max(last[1], to);
    else joined.push([from, to]);
  }
  return joined;
}

/** The set of the characters of a text. */
export function charactersOf(text: string): CodePoints {
  return codePoints([...text].map((character) => [character.codePointAt(0) ?? 0, character.codePointAt(0) ?? 0]));
}

/** What is in either set. */
export function unite(...sets: CodePoints[]): CodePoints {
  return codePoints(sets.flat());
}

/** What is in both sets. */
export function intersectCodePoints(a: CodePoints, b: CodePoints): CodePoints {
  const common: CodePointRange[] = [];
  for (const [aFrom, aTo] of a) {
    for (const [bFrom, bTo] of b) {
      const from = Math.max(aFrom, bFrom);
      const to = Math.min(aTo, bTo);
      if (from <= to) common.push([from, to]);
    }
  }
  return codePoints(common);
}

/** What is in `from` and not in `removed`. */
export function subtractCodePoints(from: CodePoints, removed: CodePoints): CodePoints {
  const gaps: CodePointRange[] = [];
  let next = 0;
  for (const [start, end] of removed) {
    gaps.push([next, start - 1]);
    next = end + 1;
  }
  gaps.push([next, Number.MAX_SAFE_INTEGER]);
  return intersectCodePoints(from, codePoints(gaps));
}
