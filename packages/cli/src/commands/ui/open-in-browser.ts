import { spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { CliContext } from "../../context/cli-context.js";

const OPENERS: Partial<Record<NodeJS.Platform, [string, ...string[]]>> = {
  darwin: ["open"],
  win32: ["explorer.exe"],
};

/**
 * Opens an address with a secret in the browser, by a file that leads there and only the user can read: the command
 * lines of a machine can be seen by all its users.
 */
export async function openInBrowser(url: string, context: CliContext): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "codo-ui-"));
  context.onEnd(() => rm(folder, { recursive: true, force: true }));
  const page = join(folder, "open.html");
  const markup = `<!doctype html><meta charset="utf-8"><meta http-equiv="refresh" content="0;url=${url}">`;
  await writeFile(page, markup, { mode: 0o600 });
  const [command, ...args] = OPENERS[process.platform] ?? ["xdg-open"];
  const child = spawn(command, [...args, pathToFileURL(page).href], { stdio: "ignore", detached: true });
  child.on("error", () => context.terminal.warn("No browser could be opened. Open the address that is printed."));
  child.unref();
}
