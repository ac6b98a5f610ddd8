import type { OutputCount } from "@codo/ollama-output";
import type { ParsedArguments } from "../../arguments/parsed-arguments.js";
import type { CliContext } from "../../context/cli-context.js";
import { counted, formatBytes } from "../../terminal/quantities.js";
import { sanitize } from "../../terminal/sanitize.js";

/** Counts what is kept. */
export async function run(_args: ParsedArguments, context: CliContext): Promise<undefined> {
  const { terminal, globals } = context;
  const stats = await (await context.outputs()).getOutputStats();
  if (globals.isJson) {
    terminal.json(stats);
    return;
  }
  terminal.tell(
    `${counted(stats.count, "record")}, ${formatBytes(stats.bytes)}; ${stats.failed} failed, ${stats.pinned} pinned`,
  );
  if (stats.oldest !== undefined) terminal.tell(`From ${dayOf(stats.oldest)} to ${dayOf(stats.newest)}`);
  for (const [title, counts] of [
    ["KIND", stats.byKind],
    ["MODEL", stats.byModel],
  ] as const) {
    const rows = Object.entries<OutputCount | undefined>(counts).map(([name, count]) => [
      sanitize(name),
      String(count?.count ?? 0),
      formatBytes(count?.bytes ?? 0),
    ]);
    if (rows.length === 0) continue;
    terminal.line();
    terminal.table([title, "RECORDS", "SIZE"], rows);
  }
}

function dayOf(time: string | undefined): string {
  return time?.slice(0, "2026-01-01".length) ?? "";
}
