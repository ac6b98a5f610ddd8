import { formatSettingPath, parseSettingPath, parseSettingValue, SECRET_KEYS } from "@codo/ollama-config";
import type { ParsedArguments } from "../../arguments/parsed-arguments.js";
import type { CliContext } from "../../context/cli-context.js";
import { sanitize } from "../../terminal/sanitize.js";
import { changeTarget } from "./change-target.js";
import { ownChange } from "./own-change.js";

/** Sets one value. A file with other invalid values can be changed, which is how it is mended. */
export async function run(args: ParsedArguments, context: CliContext): Promise<undefined> {
  const { terminal, globals } = context;
  const path = parseSettingPath(args.required("key"));
  const value = parseSettingValue(path, args.text("value") ?? "");
  const key = formatSettingPath(path);
  const config = context.unreadConfig();
  const target = changeTarget(args);
  await ownChange(args, context, () => config.set(key, value, target));
  const file = target.target === "project" ? config.projectFile : config.configFile;
  const shown = SECRET_KEYS.includes(key) ? "***" : value;
  if (globals.isJson) terminal.json({ key, value: shown, file });
  else terminal.note(`${key} is now ${JSON.stringify(shown)} in ${file}.`);
  // A group may hold what is no setting; it is kept, and somebody may wait for its effect.
  if (typeof value === "object") {
    const { warnings } = await config.validateConfig();
    for (const { path: place, message } of warnings) {
      if (place.startsWith(`${key}.`)) terminal.warn(sanitize(`${place}: ${message}`));
    }
  }
  await config.loadConfig();
  if (config.withheld?.keys.includes(path[0] ?? "")) {
    terminal.warn("It has no effect yet: other settings of this project need your consent, see `codo trust`.");
    return;
  }
  const { layer, source } = await config.explain(key);
  if (layer !== (target.target ?? "user")) terminal.warn(`It has no effect here: ${source} (${layer}) overrides it.`);
}
