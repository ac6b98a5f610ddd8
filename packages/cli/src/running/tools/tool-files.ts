import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import type { AnyTool } from "@codo/ollama-runner";
import { UsageError } from "../../errors/usage-error.js";

const FORM = "export const add = { name, description, parameters (a JSON Schema), execute: async (args) => … }";

/** The tools that a JavaScript file exports: each by itself, in arrays, or as the default. @throws UsageError */
export async function readToolFile(file: string): Promise<AnyTool[]> {
  const path = resolve(file);
  if (!existsSync(path))
    throw new UsageError(`--tool: there is no file ${file}.`, "Name a JavaScript file with tools.");
  const exported = await importFile(path, file);
  const values = Object.values(exported).flatMap((value): unknown[] => (Array.isArray(value) ? value : [value]));
  // A CommonJS file gives its exports once as the default and once by name.
  const inside = values.flatMap((value) => (isTool(value) || !isTable(value) ? [value] : Object.values(value)));
  const tools = [...new Set(inside)].filter(isTool);
  if (tools.length > 0) return tools;
  throw new UsageError(`--tool: ${file} exports no tool.`, `A tool has a name and an execute function: ${FORM}`);
}

/** Loads a file by Node's own `import()`: what this program is bundled to has none, and `require` waits for nothing. */
async function importFile(path: string, file: string): Promise<Record<string, unknown>> {
  const loader = new Function("url", "return import(url)") as (url: string) => Promise<Record<string, unknown>>;
  try {
    return await loader(pathToFileURL(path).href);
  } catch (cause) {
    const { name, message } = cause as Error;
    throw new UsageError(`--tool: ${file} cannot be loaded: ${name}: ${message}`, "`node FILE` shows where it fails.");
  }
}

function isTool(value: unknown): value is AnyTool {
  return isTable(value) && typeof value.name === "string" && typeof value.execute === "function";
}

function isTable(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
