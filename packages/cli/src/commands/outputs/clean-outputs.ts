import type { ParsedArguments } from "../../arguments/parsed-arguments.js";
import type { CliContext } from "../../context/cli-context.js";
import { UsageError } from "../../errors/usage-error.js";
import { counted, formatBytes } from "../../terminal/quantities.js";

const DEFAULT_DAYS = 30;

/** Removes old results. */
export async function run(args: ParsedArguments, context: CliContext): Promise<undefined> {
  const { terminal, globals } = context;
  const { retentionDays } = (await context.config()).config;
  const days = args.number("days");
  if (days !== undefined && days < 0) throw new UsageError(`--days takes days from 0 on, not ${days}.`);
  const [maxCount, maxBytes] = [args.count("count", 0), args.count("bytes", 0)];
  const onlyOthers = days === undefined && (maxCount !== undefined || maxBytes !== undefined);
  const maxAgeDays = onlyOthers ? undefined : (days ?? retentionDays ?? DEFAULT_DAYS);
  const policy = {
    ...(maxAgeDays === undefined ? {} : { maxAgeDays }),
    ...(maxCount === undefined ? {} : { maxCount }),
    ...(maxBytes === undefined ? {} : { maxBytes }),
  };
  const summary = await (await context.outputs()).applyRetention(policy, { dryRun: args.flag("dry-run") });
  if (globals.isJson) terminal.json(summary);
  else {
    const what = `${counted(summary.removed, "record")}, ${formatBytes(summary.bytes)}`;
    terminal.tell(summary.dryRun ? `Would remove ${what}` : `Removed ${what}`);
  }
}
