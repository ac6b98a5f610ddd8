import { spawn } from "node:child_process";
import { chmod, copyFile, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type CliHome, CODO, createHome, ended, startTestEngine, type TestEngine } from "./support/cli-harness.js";

const GGUF = fileURLToPath(new URL("../../engine/models/codo-tiny/codo-tiny.gguf", import.meta.url));

let engine: TestEngine;
let home: CliHome;

beforeAll(async () => {
  engine = await startTestEngine();
  home = await createHome(engine.url);
  const executable = join(home.folder, "codo");
  await writeFile(executable, `#!/bin/sh\nexec "${process.execPath}" "${CODO}" "$@"\n`);
  await chmod(executable, 0o755);
  await copyFile(GGUF, join(home.folder, "model.gguf"));
}, 60_000);

afterAll(async () => {
  await engine?.stop();
});

/** The command lines of a page with what it shows of their output. */
function shownCommands(page: string): { line: string; shown: string[] }[] {
  const commands: { line: string; shown: string[] }[] = [];
  for (const [, block = ""] of page.matchAll(/```console\n([\s\S]*?)```/g)) {
    for (const text of block.trimEnd().split("\n")) {
      if (text.startsWith("$ ")) commands.push({ line: text.slice(2), shown: [] });
      else commands.at(-1)?.shown.push(text);
    }
  }
  return commands;
}

it("docs/cli.md shows commands that work, and what they print", async () => {
  const page = await readFile(new URL("../../../docs/cli.md", import.meta.url), "utf8");
  const commands = shownCommands(page);
  expect(commands.length).toBeGreaterThan(20);
  for (const { line, shown } of commands) {
    const shell = spawn("bash", ["-c", line], {
      cwd: home.folder,
      env: { ...home.env, PATH: `${home.folder}:${home.env.PATH ?? ""}` },
    });
    shell.stdin.end();
    const { stdout, stderr, status } = await ended(shell);
    expect(status, `${line}\n${stderr}`).toBe(0);
    const printed = stdout.split("\n");
    for (const text of shown) expect(printed, line).toContain(text);
  }
}, 300_000);
