import type { ParsedArguments } from "../../arguments/parsed-arguments.js";
import type { CliContext } from "../../context/cli-context.js";
import { sanitize } from "../../terminal/sanitize.js";

/** Lists the presets with what they set. */
export async function run(_args: ParsedArguments, context: CliContext): Promise<undefined> {
  const { terminal, globals } = context;
  const presets = await (await context.config()).getExecutionPresets();
  if (globals.isJson) {
    terminal.json({ presets });
    return;
  }
  const rows = Object.entries(presets).map(([name, settings]) => {
    const pairs = Object.entries(settings).map(([key, value]) => `${key}=${JSON.stringify(value)}`);
    return [sanitize(name), sanitize(pairs.join(" "))];
  });
  terminal.table(["PRESET", "SETS"], rows);
}
