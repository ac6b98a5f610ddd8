import {
  type FilledTemplate,
  fillTemplate,
  findTemplate,
  type PromptTemplate,
  readTemplate,
} from "@codo/ollama-config";
import { OllamaError } from "@codo/ollama-core";
import type { ParsedArguments } from "../arguments/parsed-arguments.js";
import type { CliContext } from "../context/cli-context.js";
import { UsageError } from "../errors/usage-error.js";

/** The template that a command line names, with the values that it gives. */
export interface NamedTemplate {
  template: PromptTemplate;
  variables: Readonly<Record<string, string>>;
}

/** Reads the template of `-t`, with the values of `-p`. @throws UsageError when there is none, or it is broken */
export async function readNamedTemplate(
  args: ParsedArguments,
  { env, terminal }: CliContext,
): Promise<NamedTemplate | undefined> {
  const variables = readParameters(args.list("param"));
  const name = args.text("template");
  if (name === undefined) {
    if (args.list("param").length === 0) return undefined;
    throw new UsageError("-p sets a variable of a template, and no template is named.", "Name one with -t.");
  }
  const template = await asUsage(() => readTemplate(name, { env }));
  const { scope } = await findTemplate(name, { env });
  // A template that came with a project may be somebody else's: it may not send a prompt to another machine.
  if (scope === "project" && template.model !== undefined && args.text("model") === undefined) {
    if (/[:-]cloud$/i.test(template.model)) {
      const hint = `If that is meant, name it: -m ${template.model}`;
      throw new UsageError(
        `The project's template ${template.file} names ${template.model}, which runs elsewhere.`,
        hint,
      );
    }
  }
  if (scope === "project") terminal.note(`Using the project's template ${template.file}.`);
  return { template, variables };
}

/** A template with its gaps filled. @throws UsageError when a value is missing or none of its own */
export function fillNamed(
  { template, variables }: NamedTemplate,
  { input, more = {}, place = "" }: { input: string; more?: Readonly<Record<string, string>>; place?: string },
): FilledTemplate {
  try {
    return fillTemplate(template, { input, variables: { ...variables, ...more } });
  } catch (error) {
    if (!OllamaError.is(error)) throw error;
    const { missing = [] } = error.details as { missing?: string[] };
    const parameters = missing.filter((name) => name !== "input").map((name) => `-p ${name}=VALUE`);
    const ways = [...(missing.includes("input") ? ["pipe the text in or give it as the prompt"] : []), ...parameters];
    const hint = missing.length === 0 ? error.advice : `Give what is missing: ${ways.join(", ")}`;
    throw new UsageError(`${place}${error.summary}`, hint);
  }
}

/** Has an error of a template shown as a slip of the command line, which names it. */
export async function asUsage<T>(read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (OllamaError.is(error) && error.code === "INVALID_CONFIG") throw new UsageError(error.summary, error.advice);
    throw error;
  }
}

function readParameters(pairs: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    pairs.map((pair) => {
      const [, name = "", value = ""] = /^([^=]+)=(.*)$/s.exec(pair) ?? [];
      if (name === "") throw new UsageError(`"${pair}" is not NAME=VALUE.`, "For example: -p lang=de");
      return [name.trim(), value];
    }),
  );
}
