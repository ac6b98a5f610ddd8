/** A value with the properties of its objects in every order, up to `limit` variants. */
export function withKeyOrders(value: unknown, limit = 200): unknown[] {
  if (Array.isArray(value)) {
    return value.reduce<unknown[][]>(
      (lists, item) =>
        lists.flatMap((list) => withKeyOrders(item, limit).map((variant) => [...list, variant])).slice(0, limit),
      [[]],
    );
  }
  if (typeof value !== "object" || value === null) return [value];
  return permutations(Object.entries(value))
    .slice(0, limit)
    .flatMap((entries) =>
      entries.reduce<Record<string, unknown>[]>(
        (objects, [key, inner]) =>
          objects.flatMap((object) => withKeyOrders(inner, limit).map((variant) => own(object, key, variant))),
        [{}],
      ),
    )
    .slice(0, limit);
}

/** Like `{ ...object, [key]: value }`, for `__proto__` too. */
function own(object: Record<string, unknown>, key: string, value: unknown): Record<string, unknown> {
  return Object.defineProperty({ ...object }, key, { value, enumerable: true, configurable: true, writable: true });
}

function permutations<T>(items: readonly T[]): T[][] {
  if (items.length > 5) return [[...items]];
  if (items.length <= 1) return [[...items]];
  return items.flatMap((item, index) => permutations(items.toSpliced(index, 1)).map((rest) => [item, ...rest]));
}
