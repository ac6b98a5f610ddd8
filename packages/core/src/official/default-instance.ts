/**
 * The client that programs import as the default. It is made with its first use: a program that never uses it does not pay for
 * it, a variable that is set before the first call counts, and an `OLLAMA_HOST` that is no host fails the call and not the
 * import. What a program sets on it, as a test that replaces a method does, stays on it.
 */
export function defaultInstance<T extends object>(make: () => T): T {
  let made: T | undefined;
  const instance = (): T => {
    made ??= make();
    return made;
  };
  return new Proxy({} as T, {
    get: (set, key) => {
      if (Object.hasOwn(set, key)) return Reflect.get(set, key);
      const value: unknown = Reflect.get(instance(), key, instance());
      // A client's methods read private fields, which a proxy has not.
      return typeof value === "function" && key !== "constructor" ? value.bind(instance()) : value;
    },
    has: (_set, key) => Reflect.has(instance(), key),
    getPrototypeOf: () => Reflect.getPrototypeOf(instance()),
  });
}
