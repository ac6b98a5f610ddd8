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

/** Settings that are numbers of seconds. */
const SECONDS: ReadonlySet<string> = new Set(["requestTimeout", "retryDelay", "cacheTtl", "options.timeout"]);

function row({ key, value, source }: Explanation): string[] {
  const shown = `${JSON.stringify(value)}${SECONDS.has(key) && typeof value === "number" ? " s" : ""}`;
  return [sanitize(key), sanitize(shown), source === "defaults" ? "default" : sanitize(source)];
}
