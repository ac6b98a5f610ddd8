/** Ways to set text off. Without colour every one gives the text back as it is. */
export interface Style {
  bold(text: string): string;
  dim(text: string): string;
  italic(text: string): string;
  red(text: string): string;
  green(text: string): string;
  yellow(text: string): string;
  cyan(text: string): string;
}

const CODES: Readonly<Record<keyof Style, readonly [on: number, off: number]>> = {
  bold: [1, 22],
  dim: [2, 22],
  italic: [3, 23],
  red: [31, 39],
  green: [32, 39],
  yellow: [33, 39],
  cyan: [36, 39],
};

/** The sequences of every style, in a group of their own: what `split` keeps. */
export const STYLE_SEQUENCES: RegExp = new RegExp(
  `(\u001b\\[(?:${[...new Set(Object.values(CODES).flat())].join("|")})m)`,
);

/** A style with or without escape sequences. */
export function createStyle(hasColor: boolean): Style {
  const paint = ([on, off]: readonly [number, number]) =>
    hasColor ? (text: string) => `\u001b[${on}m${text}\u001b[${off}m` : (text: string) => text;
  return {
    bold: paint(CODES.bold),
    dim: paint(CODES.dim),
    italic: paint(CODES.italic),
    red: paint(CODES.red),
    green: paint(CODES.green),
    yellow: paint(CODES.yellow),
    cyan: paint(CODES.cyan),
  };
}

/** Whether a stream gets colour: `--no-color`, `NO_COLOR` and `FORCE_COLOR` decide, then whether it is a terminal. */
export function wantsColor(stream: { isTTY?: boolean }, env: NodeJS.ProcessEnv, noColor: boolean): boolean {
  if (noColor || env.NO_COLOR) return false;
  if (env.FORCE_COLOR !== undefined) return env.FORCE_COLOR !== "0" && env.FORCE_COLOR !== "false";
  return stream.isTTY === true && env.TERM !== "dumb";
}
