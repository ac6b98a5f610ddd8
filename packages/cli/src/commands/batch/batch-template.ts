import type { BatchInput, BatchItem } from "@codo/ollama-runner";
import type { ParsedArguments } from "../../arguments/parsed-arguments.js";
import { UsageError } from "../../errors/usage-error.js";
import { fillNamed, type NamedTemplate } from "../../running/prompt-template.js";

/**
 * Puts each item into a template, where one is named: its prompt is the template's input, and what else it has under the
 * name of a variable is that variable.
 */
export async function* fillItems(
  items: AsyncIterable<BatchInput>,
  named: NamedTemplate | undefined,
  args: ParsedArguments,
): AsyncGenerator<BatchInput> {
  let number = 0;
  for await (const item of items) {
    number += 1;
    yield named === undefined ? item : fillItem(item, named, { place: `Item ${number}: `, args });
  }
}

function fillItem(
  item: BatchInput,
  named: NamedTemplate,
  { place, args }: { place: string; args: ParsedArguments },
): BatchInput {
  const given: Record<string, unknown> = typeof item === "string" ? { prompt: item } : { ...item };
  if (given.messages !== undefined) {
    throw new UsageError(`${place}a template takes a prompt, and no messages.`, "Give prompt in place of messages.");
  }
  const more: Record<string, string> = {};
  for (const variable of Object.keys(named.template.variables)) {
    const value = given[variable];
    if (value === undefined || value === null) continue;
    more[variable] = typeof value === "string" ? value : JSON.stringify(value);
    delete given[variable];
  }
  const { prompt = given.input ?? "", input: _input, ...rest } = given;
  const filled = fillNamed(named, { input: String(prompt), more, place });
  // A system prompt of the line or of the command line goes before the template's.
  const system = rest.system ?? args.text("system") ?? filled.system;
  return { ...(rest as BatchItem), prompt: filled.prompt, ...(system === undefined ? {} : { system: String(system) }) };
}
