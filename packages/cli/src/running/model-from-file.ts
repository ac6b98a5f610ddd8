import { basename } from "node:path";
import { hashFile, type OllamaClient, sameModelName } from "@codo/ollama-core";
import type { CliContext } from "../context/cli-context.js";
import { ProgressLines } from "../terminal/progress-lines.js";
import { requireGgufFile } from "./gguf-file.js";

const LONGEST_NAME = 60;
const TAG_LENGTH = 12;

/** Whether a model is named by its file: by a path, or by a name that ends as GGUF files' do. */
export function isModelFile(text: string): boolean {
  return /^(\.{1,2}[\\/]|~?\/|[a-z]:[\\/])|\.gguf$/i.test(text);
}

/**
 * The model that a file gets: the file's name, and the beginning of its digest as the tag. The same file is the same
 * model every time, and another file under the same name is another model.
 */
export function modelNameOf(file: string, digest: string): string {
  const letters = basename(file)
    .replace(/\.gguf$/i, "")
    .toLowerCase()
    .replace(/[^a-z0-9._-]+/g, "-")
    .replace(/^[^a-z0-9]+/, "")
    .slice(0, LONGEST_NAME);
  const [name = "model"] = /^.*[a-z0-9]/.exec(letters) ?? [];
  return `${name}:${digest.replace(/^sha256:/, "").slice(0, TAG_LENGTH)}`;
}

/**
 * The name of the model that a GGUF file is, made on the server unless it is there already.
 * @throws UsageError when there is no such file, or it is something else
 */
export async function modelFromFile(context: CliContext, text: string): Promise<string> {
  const { terminal, signal } = context;
  const path = await requireGgufFile(text, "--model");
  const client = await context.client();
  const model = modelNameOf(path, await hashFile(path, signal));
  const { models } = await client.list({ signal });
  if (models.some(({ name }) => sameModelName(name, model))) return model;
  await createFromFile(context, client, { model, path });
  terminal.note(`${text} is now the model ${model}; \`codo models cp ${model} NAME\` gives it a name of your own.`);
  return model;
}

async function createFromFile(
  { terminal, signal }: CliContext,
  client: OllamaClient,
  { model, path }: { model: string; path: string },
): Promise<void> {
  const bars = new ProgressLines(terminal);
  const lines = await client.create({ model, gguf: path, onUpload: uploadBar(bars), stream: true }, { signal });
  for await (const line of lines) bars.show(line);
  bars.end();
}

/** Shows an upload as one of the bars. */
export function uploadBar(
  bars: ProgressLines,
): (upload: { digest: string; completedBytes: number; totalBytes: number; skipped: boolean }) => void {
  return ({ digest, completedBytes, totalBytes, skipped }) => {
    if (!skipped) bars.show({ status: "uploading", digest, total: totalBytes, completed: completedBytes });
  };
}
