import type { OutputFilter, RecordKind } from "@codo/ollama-output";
import type { ParsedArguments } from "../../arguments/parsed-arguments.js";
import { UsageError } from "../../errors/usage-error.js";

const UNIT_MS: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 };

/** The filter that the options say. */
export function readFilter(args: ParsedArguments): OutputFilter {
  if (args.flag("failed") && args.flag("succeeded")) throw new UsageError("Nothing is both failed and succeeded.");
  const [model, kind, since, until] = [args.text("model"), args.text("kind"), args.text("since"), args.text("until")];
  const tags = args.list("tag");
  return {
    ...(model === undefined ? {} : { model }),
    ...(kind === undefined ? {} : { kind: kind as RecordKind }),
    ...(since === undefined ? {} : { since: readTime("since", since) }),
    ...(until === undefined ? {} : { until: readTime("until", until) }),
    ...(tags.length === 0 ? {} : { tag: tags }),
    ...(args.flag("failed") ? { success: false } : {}),
    ...(args.flag("succeeded") ? { success: true } : {}),
  };
}

/** A date, or how long ago: `7d`. */
function readTime(option: string, text: string): Date {
  const [, count, unit = ""] = /^(\d+)([mhdw])$/.exec(text) ?? [];
  const time = count === undefined ? Date.parse(text) : Date.now() - Number(count) * (UNIT_MS[unit] ?? 0);
  if (!Number.isNaN(time)) return new Date(time);
  throw new UsageError(
    `--${option}: "${text}" is not a time.`,
    "Give a date such as 2026-01-31, or 7d for a week ago.",
  );
}
