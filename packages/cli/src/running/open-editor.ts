import { spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readTextFile } from "@codo/ollama-node-kit";
import { UsageError } from "../errors/usage-error.js";

/** Opens a file in the user's editor and waits until it is closed. @throws UsageError when there is none, or it failed */
export async function openEditor(file: string, env: NodeJS.ProcessEnv): Promise<void> {
  const chosen = env.VISUAL || env.EDITOR;
  const editor = chosen || (process.platform === "win32" ? "notepad" : "vi");
  const hint = "Set EDITOR to a program that edits files, such as vi or `code --wait`.";
  // Without a terminal vi would wait for keys that nobody can press. A program that somebody chose may need none.
  if (!chosen && editor === "vi" && !process.stdin.isTTY) {
    throw new UsageError("The editor vi needs a terminal, and there is none here.", hint);
  }
  // The variable holds a command with its options, which shells have always read as words.
  const child = spawn(`${editor} ${quoted(file)}`, { stdio: "inherit", shell: true, env });
  const status = await new Promise<number | null>((resolve, reject) => {
    child.on("error", () => reject(new UsageError(`The editor ${editor} does not start.`, hint)));
    child.on("close", resolve);
  });
  if (status === 0) return;
  if (status === 127) throw new UsageError(`There is no editor ${editor}.`, hint);
  throw new UsageError(`The editor ${editor} ended with status ${status}.`, `${file} is as it left it.`);
}

/** Has a text written in the user's editor, in a file that only they can read. @throws UsageError as {@link openEditor} */
export async function editText(text: string, env: NodeJS.ProcessEnv): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "codo-edit-"));
  try {
    const file = join(folder, "message.md");
    await writeFile(file, text, { mode: 0o600 });
    await openEditor(file, env);
    return await readTextFile(file);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function quoted(file: string): string {
  return process.platform === "win32" ? `"${file}"` : `'${file.replaceAll("'", "'\\''")}'`;
}
