/** Reads a JSON object that somebody typed; nothing typed is none. @throws Error that says what is wrong */
export function readObject(what: string, text: string): Record<string, unknown> | undefined {
  if (text.trim() === "") return undefined;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new Error(`${what} cannot be read as JSON: ${(cause as Error).message}.`);
  }
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw new Error(`${what} must be a JSON object.`);
}
