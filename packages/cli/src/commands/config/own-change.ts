import { findProjectFile, type ProjectConsent, ProjectTrust, readProjectConsent } from "@codo/ollama-config";
import type { ParsedArguments } from "../../arguments/parsed-arguments.js";
import type { CliContext } from "../../context/cli-context.js";

/**
 * Makes a change that its user asks for. Where it goes to the project's file, and nothing in that lacked consent before,
 * the user's own change has it as well.
 */
export async function ownChange<T>(args: ParsedArguments, context: CliContext, change: () => Promise<T>): Promise<T> {
  if (!args.flag("project")) return await change();
  const trust = new ProjectTrust(context.env);
  const before = await projectHere();
  const isOwn = before === undefined || asksNothing(before) || (await trust.isTrusted(before));
  const changed = await change();
  const after = isOwn ? await projectHere() : undefined;
  if (after !== undefined && !asksNothing(after)) await trust.add(after);
  return changed;
}

// A file that is broken asks for nothing that anybody can have consented to.
async function projectHere(): Promise<ProjectConsent | undefined> {
  const file = findProjectFile(process.cwd());
  return file === undefined ? undefined : await readProjectConsent(file);
}

function asksNothing({ settings }: ProjectConsent): boolean {
  return Object.keys(settings).length === 0;
}
