import { resolve } from "node:path";
import {
  findProjectFile,
  ProjectTrust,
  readProjectConsent,
  type TrustedProject,
  withoutPassword,
} from "@codo/ollama-config";
import type { ParsedArguments } from "../../arguments/parsed-arguments.js";
import type { CliContext } from "../../context/cli-context.js";
import { EXIT_STATUS, type ExitStatus } from "../../errors/exit-status.js";
import { UsageError } from "../../errors/usage-error.js";
import { sanitize } from "../../terminal/sanitize.js";

/** Trusts a project's folder, takes that back, or lists the folders. */
export async function run(args: ParsedArguments, context: CliContext): Promise<ExitStatus | undefined> {
  const trust = new ProjectTrust(context.env);
  const folder = resolve(args.text("folder") ?? ".");
  if (args.flag("list")) return await listProjects(trust, context);
  if (args.flag("remove")) return await removeProject(trust, folder, context);
  return await addProject(trust, folder, context);
}

async function addProject(trust: ProjectTrust, folder: string, context: CliContext): Promise<undefined> {
  const { terminal, globals } = context;
  const file = findProjectFile(folder);
  const asked = file === undefined ? undefined : await readProjectConsent(file);
  if (asked === undefined) {
    throw new UsageError(`There is no project file (codo.config.json) in ${folder} or above, so nothing to trust.`);
  }
  const settings = Object.entries(asked.settings).map(([key, value]) => [key, withoutPassword(value)] as const);
  if (settings.length > 0) await trust.add(asked);
  if (globals.isJson) {
    terminal.json({ folder: asked.folder, file: asked.file, settings: Object.fromEntries(settings) });
    return;
  }
  if (settings.length === 0) {
    terminal.note(`${sanitize(asked.file)} sets nothing that needs your consent.`);
    return;
  }
  terminal.tell(`${sanitize(asked.folder)} is trusted now. Its settings decide:`);
  for (const [key, value] of settings) terminal.tell(`  ${sanitize(key)} = ${sanitize(JSON.stringify(value))}`);
  terminal.note("This holds until one of these values changes; `codo trust --remove` takes it back.");
}

async function removeProject(
  trust: ProjectTrust,
  folder: string,
  { terminal, globals }: CliContext,
): Promise<ExitStatus | undefined> {
  const file = findProjectFile(folder);
  const asked = file === undefined ? undefined : await readProjectConsent(file).catch(() => undefined);
  const removed = (await trust.remove(folder)) || (asked !== undefined && (await trust.remove(asked.folder)));
  if (globals.isJson) terminal.json({ folder, removed });
  else terminal.note(`${sanitize(folder)} ${removed ? "is no longer trusted" : "was not trusted"}.`);
  return removed || globals.isJson ? undefined : EXIT_STATUS.failure;
}

async function listProjects(trust: ProjectTrust, { terminal, globals }: CliContext): Promise<undefined> {
  const projects = await Promise.all(
    (await trust.list()).map(async (project) => ({ ...project, state: await stateOf(project) })),
  );
  if (globals.isJson) terminal.json({ projects });
  else if (projects.length === 0) terminal.note("No project is trusted.");
  else {
    const rows = projects.map(({ folder, settings, state, trustedAt }) =>
      [folder, settings.join(" "), state, trustedAt.slice(0, 10)].map(sanitize),
    );
    terminal.table(["FOLDER", "SETTINGS", "STATE", "SINCE"], rows);
  }
}

/** Whether a consent still holds for what is there now. */
async function stateOf({ file, hash }: TrustedProject): Promise<"holds" | "changed" | "gone"> {
  const asked = await readProjectConsent(file).catch(() => undefined);
  if (asked === undefined) return "gone";
  return asked.hash === hash ? "holds" : "changed";
}
