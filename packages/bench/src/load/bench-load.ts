/** How requests follow each other. */
export type BenchLoad =
  /** One at a time, the next when the last is done. */
  | { type: "sync" }
  /** Always `level` in flight together. */
  | { type: "concurrency"; level: number }
  /** One every `1 / rps` seconds, whether the earlier ones are done or not. */
  | { type: "constant"; rps: number }
  /** As `constant`, with exponentially distributed gaps from the plan's seed. */
  | { type: "poisson"; rps: number };

/** A short name of a load, as it stands in scenario ids: `sync`, `c8`, `constant-2rps`, `poisson-2rps`. */
export function loadName(load: BenchLoad): string {
  switch (load.type) {
    case "sync":
      return "sync";
    case "concurrency":
      return `c${load.level}`;
    default:
      return `${load.type}-${load.rps}rps`;
  }
}

/** The number of requests in flight together under a closed load; `undefined` for an open one. */
export function closedLevel(load: BenchLoad): number | undefined {
  if (load.type === "sync") return 1;
  return load.type === "concurrency" ? load.level : undefined;
}
