/** A comparison in an objective. */
export type Comparator = "<=" | ">=" | "<" | ">";

/** Whether `value comparator bound` holds. */
export function compareBy(comparator: Comparator, value: number, bound: number): boolean {
  switch (comparator) {
    case "<=":
      return value <= bound;
    case ">=":
      return value >= bound;
    case "<":
      return value < bound;
    case ">":
      return value > bound;
  }
}
