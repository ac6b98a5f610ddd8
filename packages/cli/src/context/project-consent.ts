import type { ConfigManager } from "@codo/ollama-config";
import { OllamaError } from "@codo/ollama-core";
import type { GlobalSettings } from "./global-settings.js";

/** Which global option goes before a setting. */
const OPTION_BEFORE: Readonly<Record<string, keyof GlobalSettings>> = {
  serverHost: "host",
  serverPort: "host",
  outputDirectory: "outputDir",
};

/**
 * Stops where settings of a project would count, had the user consented to them; those that the command line or the
 * environment go before do not matter.
 * @throws OllamaError `INVALID_CONFIG` with `details.withheld`
 */
export async function assertConsent(config: ConfigManager, globals: GlobalSettings): Promise<void> {
  const { withheld } = config;
  if (withheld === undefined) return;
  const wanted: string[] = [];
  for (const key of withheld.keys) {
    const option = OPTION_BEFORE[key];
    if (option !== undefined && globals[option] !== undefined) continue;
    if ((await config.explain(key)).layer !== "environment") wanted.push(key);
  }
  if (wanted.length === 0) return;
  const settings = wanted.map((key) => `"${key}"`).join(", ");
  const message = `${withheld.file} sets ${settings}, which decides where data goes, what is run or what is kept, and you have not trusted this project. Look at the file; \`codo trust ${quoted(withheld.folder)}\` trusts it.`;
  throw new OllamaError("INVALID_CONFIG", message, { details: { file: withheld.file, withheld: wanted } });
}

function quoted(folder: string): string {
  return /^[\w./-]+$/.test(folder) ? folder : `'${folder.replaceAll("'", "'\\''")}'`;
}
