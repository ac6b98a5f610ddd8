import type { ModelStats } from "@codo/ollama-core";
import type { ParsedArguments } from "../../arguments/parsed-arguments.js";
import type { CliContext } from "../../context/cli-context.js";
import { counted, formatBytes } from "../../terminal/quantities.js";
import { sanitize } from "../../terminal/sanitize.js";

/** Counts models and bytes. */
export async function run(_args: ParsedArguments, context: CliContext): Promise<undefined> {
  const { terminal, globals, signal } = context;
  const stats = await (await context.manager()).getModelStats({ signal });
  if (globals.isJson) {
    terminal.json(stats);
    return;
  }
  const { totalModels, totalSizeBytes, loaded, byFamily, byQuantization } = stats;
  terminal.line(`${counted(totalModels, "model")}, ${formatBytes(totalSizeBytes)}; ${loaded.length} loaded`);
  for (const [title, groups] of [
    ["FAMILY", byFamily],
    ["QUANTIZATION", byQuantization],
  ] as const) {
    if (Object.keys(groups).length === 0) continue;
    terminal.line();
    terminal.table([title, "MODELS", "SIZE"], groupRows(groups));
  }
}

function groupRows(groups: ModelStats["byFamily"]): string[][] {
  return Object.entries(groups).map(([name, { count, sizeBytes }]) => [
    sanitize(name),
    String(count),
    formatBytes(sizeBytes),
  ]);
}
