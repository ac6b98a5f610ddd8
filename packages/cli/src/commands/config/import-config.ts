import { type ConfigChange, formatSettingPath } from "@codo/ollama-config";
import type { ParsedArguments } from "../../arguments/parsed-arguments.js";
import type { CliContext } from "../../context/cli-context.js";
import { sanitize } from "../../terminal/sanitize.js";
import type { Style } from "../../terminal/style.js";
import { changeTarget } from "./change-target.js";
import { ownChange } from "./own-change.js";

/** Takes over a portable file and shows what changed, or would change. */
export async function run(args: ParsedArguments, context: CliContext): Promise<undefined> {
  const { terminal, globals } = context;
  const dryRun = args.flag("dry-run");
  const config = context.unreadConfig();
  const preview = await ownChange(args, context, () =>
    config.import(args.required("file"), { ...changeTarget(args), dryRun }),
  );
  if (globals.isJson) {
    const changes = preview.changes.map(({ path, ...change }) => ({ key: formatSettingPath(path), ...change }));
    terminal.json({ dryRun, changes, ignored: preview.ignored });
    return;
  }
  for (const change of preview.changes) for (const line of diffLines(change, terminal.style)) terminal.line(line);
  for (const { path, reason } of preview.ignored) terminal.note(`Left out ${sanitize(path)}: ${reason}.`);
  const count = `${preview.changes.length} settings`;
  terminal.note(dryRun ? `${count} would change; nothing was changed.` : `${count} changed in ${config.configFile}.`);
}

function diffLines({ path, before, after }: ConfigChange, style: Style): string[] {
  const key = sanitize(formatSettingPath(path));
  const lines = [style.green(`+ ${key} = ${sanitize(JSON.stringify(after))}`)];
  if (before !== undefined) lines.unshift(style.red(`- ${key} = ${sanitize(JSON.stringify(before))}`));
  return lines;
}
