const SECRET_KEY = /authorization|api[-_]?key|token$|password|secret|cookie/i;
const BEARER = /\b(Bearer|Basic)\s+[A-Za-z0-9._~+/=-]+/g;
/** Begins at what a scheme ends with: a pattern that also matched the scheme would be tried at each letter of a long word. */
const URL_CREDENTIALS = /:\/\/[^\s/]+@/g;

/** Details are for people and logs: what a server nests deeper than this is none. */
const MAX_DEPTH = 32;

/** Takes credentials out of a text: URL user infos and Authorization values. */
export function redact(text: string): string {
  return text.replace(URL_CREDENTIALS, "://***@").replace(BEARER, "$1 ***");
}

/** A deep copy of plain data with credentials taken out, by key and inside strings. */
export function redactDetails(details: Record<string, unknown>): Record<string, unknown> {
  return redactValue(details, new WeakSet(), 0) as Record<string, unknown>;
}

function redactValue(value: unknown, seen: WeakSet<object>, depth: number): unknown {
  if (typeof value === "string") return redact(value);
  if (typeof value === "bigint" || typeof value === "function" || typeof value === "symbol") return String(value);
  if (typeof value !== "object" || value === null) return value;
  if (seen.has(value)) return "[circular]";
  if (depth > MAX_DEPTH) return "[nested deeper]";
  seen.add(value);
  if (value instanceof Error) return { name: value.name, message: redact(value.message) };
  if (Array.isArray(value)) return value.map((item) => redactValue(item, seen, depth + 1));
  const copy: Record<string, unknown> = {};
  for (const [key, item] of Object.entries(value)) {
    copy[key] = SECRET_KEY.test(key) && typeof item === "string" ? "***" : redactValue(item, seen, depth + 1);
  }
  return copy;
}
