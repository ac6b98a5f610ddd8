import { OllamaError, toCamelCase } from "@codo/ollama-contract";
import * as v from "valibot";
import type { Document, LineCounter } from "yaml";
import { type RunSettings, runSettingEntries } from "../schema/config-schema.js";
import { didYouMean } from "../schema/nearest-key.js";
import { GAP, INPUT, type PromptTemplate, type TemplateVariable } from "./prompt-template.js";

/** The text of a template's file. */
export interface TemplateText {
  name: string;
  file: string;
  text: string;
}

type Key = string | number;

const TEXT_KEYS = ["description", "model", "system", "prompt"] as const;
const KEYS: readonly string[] = [...TEXT_KEYS, "options", "schema", "variables"];

/**
 * Reads a template: YAML, or Markdown whose front matter has everything but the prompt.
 * @throws OllamaError `INVALID_CONFIG` with `details.file` and `details.line`, and what to do about it
 */
export async function parseTemplate(source: TemplateText): Promise<PromptTemplate> {
  // Loaded where a template is asked for: most commands ask for none.
  const { LineCounter, parseDocument } = await import("yaml");
  const isMarkdown = /\.(md|markdown)$/i.test(source.file);
  const parts: { yaml: string; body?: string } = isMarkdown ? splitFrontMatter(source) : { yaml: source.text };
  const lines = new LineCounter();
  const document = parseDocument(parts.yaml, { lineCounter: lines, prettyErrors: false });
  const reader = new TemplateReader(source, document, lines);
  const template = reader.read(parts.body);
  reader.assertGaps(template, parts.body);
  return template;
}

/** The YAML of a Markdown file and what comes after it. Every character of it keeps its place. */
function splitFrontMatter({ text, file }: TemplateText): { yaml: string; body: string } {
  if (!/^---[ \t]*\r?\n/.test(text)) return { yaml: "", body: text };
  const end = /^---[ \t]*(?:\r?\n|$)/m;
  const rest = text.slice(3);
  const found = end.exec(rest);
  if (found === null) {
    throw invalid(file, 1, "The front matter begins with --- and does not end.", "End it with a line of ---.");
  }
  return { yaml: `#--${rest.slice(0, found.index)}`, body: rest.slice(found.index + found[0].length) };
}

class TemplateReader {
  readonly #source: TemplateText;
  readonly #document: Document;
  readonly #lines: LineCounter;

  constructor(source: TemplateText, document: Document, lines: LineCounter) {
    this.#source = source;
    this.#document = document;
    this.#lines = lines;
  }

  read(body: string | undefined): PromptTemplate {
    const [broken] = this.#document.errors;
    if (broken !== undefined) {
      const [what = ""] = broken.message.split("\n");
      throw invalid(this.#source.file, this.#lineOf(broken.pos[0]), `This is not YAML: ${what}`, "Mend the line.");
    }
    const content = (this.#document.toJS() ?? {}) as unknown;
    if (!isTable(content)) throw this.#fail([], "A template is a table of keys.", "For example: prompt: Say {{input}}");
    this.#assertKeys(content, body);
    const texts = Object.fromEntries(TEXT_KEYS.map((key) => [key, this.#text(content, key)] as const));
    const { description, model, system, prompt } = texts;
    const isEmptyBody = body === undefined || body.trim() === "";
    return {
      name: this.#source.name,
      file: this.#source.file,
      ...(description === undefined ? {} : { description }),
      ...(model === undefined ? {} : { model }),
      ...(system === undefined ? {} : { system }),
      prompt: (isEmptyBody ? prompt : body)?.trim() || `{{${INPUT}}}`,
      options: this.#options(content),
      variables: this.#variables(content),
    };
  }

  /** @throws OllamaError for a gap that nothing fills */
  assertGaps({ prompt, system, variables }: PromptTemplate, body: string | undefined): void {
    const { text } = this.#source;
    const isBody = body !== undefined && body.trim() === prompt;
    const promptStart = isBody ? text.length - body.length : this.#startOf(["prompt"]);
    const places: [string | undefined, number][] = [
      [prompt, promptStart],
      [system, this.#startOf(["system"])],
    ];
    for (const [filled = "", start] of places) {
      for (const [gap, backslash, name = ""] of filled.matchAll(GAP)) {
        if (backslash !== "" || name === INPUT || Object.hasOwn(variables, name)) continue;
        const line = lineAt(text, Math.max(text.indexOf(gap, start), start));
        const nearest = didYouMean(name, [...Object.keys(variables), INPUT]);
        const hint = nearest === undefined ? "" : `Did you mean {{${nearest}}}? `;
        const advice = `${hint}Add "${name}:" under variables:, or write \\${gap} for the text itself.`;
        throw invalid(this.#source.file, line, `Nothing fills ${gap}.`, advice);
      }
    }
  }

  #assertKeys(content: Record<string, unknown>, body: string | undefined): void {
    for (const key of Object.keys(content)) {
      if (KEYS.includes(key)) continue;
      const nearest = didYouMean(key, KEYS);
      const hint = nearest === undefined ? `It has: ${KEYS.join(", ")}.` : `Did you mean "${nearest}"?`;
      throw this.#fail([key], `A template has no key "${key}".`, hint);
    }
    if (content.prompt !== undefined && body?.trim()) {
      throw this.#fail(["prompt"], "The prompt is here and below the front matter too.", "Keep one of them.");
    }
  }

  #text(content: Record<string, unknown>, key: string): string | undefined {
    const value = content[key];
    if (value === undefined || value === null) return undefined;
    if (typeof value === "string") return value.trimEnd();
    const hint = 'Put it in quotes, or give a block: "|" and indented lines.';
    throw this.#fail([key], `"${key}" is a text, and not ${JSON.stringify(value)}.`, hint);
  }

  #options(content: Record<string, unknown>): RunSettings {
    const options: RunSettings = {};
    for (const [key, value] of Object.entries(this.#table(content, "options"))) {
      const name = toCamelCase(key);
      const schema = runSettingEntries[name];
      const nearest = schema === undefined ? didYouMean(name, Object.keys(runSettingEntries)) : undefined;
      // One that is like no other may be of a newer server.
      if (nearest !== undefined)
        throw this.#fail(["options", key], `No option "${key}".`, `Did you mean "${nearest}"?`);
      const [issue] = schema === undefined ? [] : (v.safeParse(schema, value).issues ?? []);
      if (issue !== undefined) {
        throw this.#fail(["options", key], `"${key}" cannot be ${JSON.stringify(value)}.`, `${issue.message}.`);
      }
      options[name] = value;
    }
    const { schema } = content;
    if (schema === undefined || schema === null) return options;
    if (!isTable(schema)) throw this.#fail(["schema"], '"schema" is a JSON Schema.', "For example: { type: object }");
    return { ...options, format: schema };
  }

  #variables(content: Record<string, unknown>): Record<string, TemplateVariable> {
    const variables: Record<string, TemplateVariable> = {};
    for (const [name, value] of Object.entries(this.#table(content, "variables"))) {
      const path = ["variables", name];
      if (name === INPUT) throw this.#fail(path, `"${INPUT}" is what is asked, and no variable.`, "Rename it.");
      if (`{{${name}}}`.match(GAP)?.[0] !== `{{${name}}}`)
        throw this.#fail(path, `"${name}" is no name.`, "Use letters, digits, - and _.");
      variables[name] = this.#variable(path, value);
    }
    return variables;
  }

  #variable(path: readonly Key[], value: unknown): TemplateVariable {
    if (value === null || value === undefined) return {};
    if (!isTable(value)) {
      if (typeof value !== "object") return { default: String(value) };
      throw this.#fail(path, "A variable's default is one value.", "Give a text or a number.");
    }
    const { default: given, description, ...rest } = value;
    const [unknown] = Object.keys(rest);
    if (unknown !== undefined || typeof given === "object") {
      const at = [...path, unknown ?? "default"];
      throw this.#fail(at, "A variable has a default and a description.", "Each is one text.");
    }
    return {
      ...(given === undefined ? {} : { default: String(given) }),
      ...(description === undefined ? {} : { description: String(description) }),
    };
  }

  #table(content: Record<string, unknown>, key: string): Record<string, unknown> {
    const value = content[key] ?? {};
    if (isTable(value)) return value;
    throw this.#fail([key], `"${key}" is a table.`, "Write one name: value on each line, indented.");
  }

  #fail(path: readonly Key[], what: string, advice: string): OllamaError {
    return invalid(this.#source.file, this.#lineOf(this.#startOf(path)), what, advice);
  }

  /** Where the key of a path stands in the file, or the last one of it that is there. */
  #startOf(path: readonly Key[]): number {
    const parent = path.length < 2 ? this.#document.contents : this.#document.getIn(path.slice(0, -1), true);
    const items = (parent as { items?: unknown[] } | null | undefined)?.items ?? [];
    const pairs = items as { key?: { value?: unknown; range?: [number, number, number] } }[];
    return pairs.find(({ key }) => String(key?.value) === String(path.at(-1)))?.key?.range?.[0] ?? 0;
  }

  #lineOf(offset: number): number {
    return Math.max(1, this.#lines.linePos(offset).line);
  }
}

function lineAt(text: string, offset: number): number {
  return text.slice(0, offset).split("\n").length;
}

function isTable(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function invalid(file: string, line: number, what: string, advice: string): OllamaError {
  return new OllamaError("INVALID_CONFIG", `${file}:${line}: ${what}`, { advice, details: { file, line } });
}
