import * as v from "valibot";

/** What was read, or why it could not be. */
export type Read<T> = { value: T; problem?: never } | { value?: never; problem: string };

/** Reads what another process wrote, which may be of another version. */
export function readAs<T>(
  schema: v.GenericSchema,
  data: unknown,
  { what, versions }: { what: string; versions: readonly number[] },
): Read<T> {
  const parsed = v.safeParse(schema, data);
  if (parsed.success) return { value: parsed.output as T };
  const written = (data as { schemaVersion?: unknown } | null)?.schemaVersion;
  if (!versions.includes(written as number)) {
    const known = versions.join(" and ");
    return { problem: `the ${what} has schemaVersion ${String(written)}, and this version reads ${known}` };
  }
  const [issue] = parsed.issues;
  return { problem: `the ${what} is not valid at "${v.getDotPath(issue) ?? ""}": ${issue.message}` };
}
