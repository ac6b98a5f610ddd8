/** Whether a JSON value has more levels of arrays and objects than `limit`. It takes no stack, however deep the value is. */
export function isNestedDeeper(value: unknown, limit: number): boolean {
  let level: object[] = isNested(value) ? [value] : [];
  for (let depth = 1; level.length > 0; depth++) {
    if (depth > limit) return true;
    const next: object[] = [];
    for (const outer of level) for (const inner of Object.values(outer)) if (isNested(inner)) next.push(inner);
    level = next;
  }
  return false;
}

function isNested(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}
