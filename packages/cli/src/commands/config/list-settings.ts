import { type Explanation, withoutSecret } from "@codo/ollama-config";
import type { ParsedArguments } from "../../arguments/parsed-arguments.js";
import type { CliContext } from "../../context/cli-context.js";
import { sanitize } from "../../terminal/sanitize.js";
import { asUsed } from "./used-value.js";

/** Lists every setting that has a value. */
export async function run(_args: ParsedArguments, context: CliContext): Promise<undefined> {
  const { terminal, globals } = context;
  const found = (await (await context.config()).explainAll()).filter(({ key }) => key !== "$schema");
  const settings = await Promise.all(found.map(async (setting) => withoutSecret(await asUsed(setting, context))));
  if (globals.isJson) {
    terminal.json({ settings });
    return;
  }
  terminal.table(["KEY", "VALUE", "SOURCE"], settings.map(row));
}

function row({ key, value, source }: Explanation): string[] {
  return [sanitize(key), sanitize(JSON.stringify(value)), source === "defaults" ? "default" : sanitize(source)];
}
