import { findProjectFile } from "@codo/ollama-config";
import type { ParsedArguments } from "../../arguments/parsed-arguments.js";
import type { CliContext } from "../../context/cli-context.js";
import { EXIT_STATUS, type ExitStatus } from "../../errors/exit-status.js";

/** Prints where the file is. */
export async function run(args: ParsedArguments, context: CliContext): Promise<ExitStatus | undefined> {
  const { terminal, globals } = context;
  const { configFile } = context.unreadConfig();
  const projectFile = findProjectFile(process.cwd());
  if (globals.isJson) {
    terminal.json({ configFile, projectFile: projectFile ?? null });
    return undefined;
  }
  const path = args.flag("project") ? projectFile : configFile;
  if (path !== undefined) {
    terminal.line(path);
    return undefined;
  }
  terminal.note("There is no project file here or above; `codo config set --project` makes one.");
  return EXIT_STATUS.failure;
}
