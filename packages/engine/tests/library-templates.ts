import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { runInNewContext } from "node:vm";

/** The templates of a model of Ollama's library. */
export interface LibraryTemplate {
  model: string;
  /** The Jinja template in the model's file. */
  gguf: string;
  ollama: { template: string };
}

/**
 * The templates of Ollama's library, as `@huggingface/ollama-utils` collects them. The package does not export its
 * table, so that it is read from the package's source.
 */
export function libraryTemplates(): LibraryTemplate[] {
  const entry = createRequire(import.meta.url).resolve("@huggingface/ollama-utils");
  const source = readFileSync(join(dirname(entry), "../src/chat-template-automap.ts"), "utf8");
  const table = source.slice(source.indexOf("= [") + 1).replace(/;\s*$/, "");
  return runInNewContext(`(${table})`) as LibraryTemplate[];
}
