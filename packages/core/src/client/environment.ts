/** A variable of the environment, where there is one: browsers have none, and an empty variable is unset. */
export function environmentVariable(name: string): string | undefined {
  const value = (globalThis as { process?: { env?: Record<string, string | undefined> } }).process?.env?.[name];
  return value === undefined || value.trim() === "" ? undefined : value;
}
