/** Looks whether a tortured store has everything that was acknowledged. */
export function checkStore(options: {
  base: string;
  acknowledged: Map<string, string>;
  /** How many of the latest words to search for. */
  searches: number;
}): Promise<{ problems: string[]; records: number }>;
