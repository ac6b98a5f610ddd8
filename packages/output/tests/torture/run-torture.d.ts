/** Tortures a store with processes that are killed at random. */
export function runTorture(options: {
  /** The store's folder. */
  base: string;
  /** How many processes use it at once. */
  processes: number;
  /** How many to kill at least. */
  kills: number;
  /** How many saves to wait for at least. */
  saves: number;
  seed?: number;
  onProgress?: (progress: { killed: number; saves: number }) => void;
}): Promise<{
  /** The path of every save that resolved, by a word that only its record has. */
  acknowledged: Map<string, string>;
  complaints: string[];
  killed: number;
}>;
