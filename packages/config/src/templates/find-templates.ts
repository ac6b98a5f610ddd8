import { readdir, stat } from "node:fs/promises";
import { basename, dirname, extname, join, resolve } from "node:path";
import { OllamaError } from "@codo/ollama-contract";
import { readTextFile } from "@codo/ollama-node-kit";
import { expandHome } from "../locations/home-path.js";
import { type Environment, findProjectFile, userFolders } from "../locations/locations.js";
import { didYouMean } from "../schema/nearest-key.js";
import { parseTemplate } from "./parse-template.js";
import type { PromptTemplate } from "./prompt-template.js";

/** Where templates are looked for. */
export interface TemplatePlaces {
  /** @defaultValue `process.env` */
  env?: Environment;
  /** Where one works; a project's templates are looked for here and upwards. @defaultValue the working folder */
  folder?: string;
}

/** A template's file. One of the project goes before the user's of the same name. */
export interface TemplateFile {
  name: string;
  file: string;
  scope: "project" | "user";
}

/** What templates are kept in; YAML goes before Markdown of the same name. */
const EXTENSIONS = [".yaml", ".yml", ".md"] as const;
const PROJECT_FOLDER = join(".codo", "templates");

/** The folders of templates: the user's, and the project's, which may not be there yet. */
export async function templateFolders(places: TemplatePlaces = {}): Promise<Record<TemplateFile["scope"], string>> {
  const { env = process.env, folder = process.cwd() } = places;
  const user = join(userFolders(env).config, "templates");
  for (let current = resolve(folder); ; current = dirname(current)) {
    const candidate = join(current, PROJECT_FOLDER);
    if (await isFolder(candidate)) return { user, project: candidate };
    if (dirname(current) === current) break;
  }
  const projectFile = findProjectFile(folder);
  const root = projectFile === undefined ? resolve(folder) : dirname(projectFile);
  return { user, project: join(root, PROJECT_FOLDER) };
}

/** Every template by name; one that the project's hides is left out. */
export async function listTemplates(places: TemplatePlaces = {}): Promise<TemplateFile[]> {
  const { project, user } = await templateFolders(places);
  const found = new Map<string, TemplateFile>();
  for (const [scope, folder] of [["project", project] as const, ["user", user] as const]) {
    const files = await readdir(folder).catch(() => []);
    for (const extension of EXTENSIONS) {
      for (const file of files.filter((entry) => extname(entry) === extension)) {
        const name = basename(file, extension);
        if (!found.has(name)) found.set(name, { name, file: join(folder, file), scope });
      }
    }
  }
  return [...found.values()].toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

/** A template's file by name, or a file that is named by its path. @throws OllamaError `INVALID_CONFIG` */
export async function findTemplate(name: string, places: TemplatePlaces = {}): Promise<TemplateFile> {
  if (isPath(name)) {
    const file = resolve(places.folder ?? ".", expandHome(name, places.env));
    return { name: basename(file, extname(file)), file, scope: "user" };
  }
  const templates = await listTemplates(places);
  const found = templates.find((template) => template.name === name);
  if (found !== undefined) return found;
  const names = templates.map((template) => template.name);
  const nearest = didYouMean(name, names);
  const { user } = await templateFolders(places);
  const advice =
    nearest === undefined ? `A file ${join(user, `${name}.yaml`)} would be one.` : `Did you mean "${nearest}"?`;
  throw new OllamaError("INVALID_CONFIG", `There is no template "${name}".`, { advice, details: { template: name } });
}

/**
 * Reads a template by its name, from the project's folder (`.codo/templates`, here or above) or the user's, or by the
 * path of its file.
 * @throws OllamaError `INVALID_CONFIG` with the file, the line and what to do
 */
export async function readTemplate(name: string, places: TemplatePlaces = {}): Promise<PromptTemplate> {
  const { file, name: known } = await findTemplate(name, places);
  return await parseTemplate({ name: known, file, text: await textOf(file) });
}

async function textOf(file: string): Promise<string> {
  try {
    return await readTextFile(file);
  } catch (cause) {
    if (!OllamaError.is(cause)) throw cause;
    const advice =
      cause.code === "INVALID_REQUEST" ? cause.advice : "Name a template, or the path of a YAML or Markdown file.";
    throw new OllamaError("INVALID_CONFIG", cause.summary, { advice, cause, details: { file } });
  }
}

function isPath(name: string): boolean {
  return /[\\/]/.test(name) || EXTENSIONS.some((extension) => name.toLowerCase().endsWith(extension));
}

async function isFolder(path: string): Promise<boolean> {
  return await stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}
