/*
 * What a server says is not what the protocol promises: proxies and servers that only look like an Ollama leave fields
 * out, send null or another type. These give a field where it is what it should be, and nothing where it is not.
 */

/** A record, or an empty one. */
export function recordOf(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
}

/** The records in a list; anything else in it is passed over. */
export function recordsIn(value: unknown): Record<string, unknown>[] {
  return listOf(value).filter((item) => typeof item === "object" && item !== null && !Array.isArray(item)) as Record<
    string,
    unknown
  >[];
}

/** A list, or an empty one. */
export function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

/** A text, or an empty one. */
export function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}

/** A number that can be counted with. */
export function numberOf(value: unknown): number | undefined {
  return typeof value === "number" && Number.isFinite(value) ? value : undefined;
}
