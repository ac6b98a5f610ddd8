import { chmod, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { needsTools, type ToolName } from "@codo/test-utils/tools";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type CliHome, CODO, createHome, startTestEngine, type TestEngine } from "./support/cli-harness.js";
import { PseudoTerminal } from "./support/pseudo-terminal.js";

const SLOW = 120_000;

let engine: TestEngine;
let home: CliHome;

beforeAll(async () => {
  engine = await startTestEngine();
  home = await createHome(engine.url);
  await home.codo(["models", "cp", "codo-tiny", "twin:v1"]);
  await home.codo(["models", "cp", "codo-tiny", "twin:v2-long"]);
  await writeFile(join(home.folder, "prompts.jsonl"), "Hello\n");
  const executable = join(home.folder, "codo");
  await writeFile(executable, `#!/bin/sh\nexec "${process.execPath}" "${CODO}" "$@"\n`);
  await chmod(executable, 0o755);
}, SLOW);

afterAll(async () => {
  await engine?.stop();
});

/** Shells as they are without any settings, with the completion of `codo` as its help says to load it. */
const SHELLS: Partial<Record<ToolName, { command: string[]; load: string }>> = {
  bash: { command: ["bash", "--norc", "-i"], load: 'PS1="> "; source <(codo completion bash)' },
  zsh: {
    command: ["zsh", "-f", "-i"],
    load: 'PS1="> "; autoload -Uz compinit && compinit -u -D; source <(codo completion zsh)',
  },
  fish: {
    command: ["fish", "--no-config", "-i"],
    load: 'function fish_prompt; printf "> "; end; codo completion fish | source',
  },
};

/** What is typed before Tab, and what then stands there. */
const CASES: [typed: string, completed: string][] = [
  ["codo ser", "codo server"],
  ["codo models sho", "codo models show"],
  ["codo models show codo-tiny-", "codo models show codo-tiny-embed:latest"],
  ["codo models show codo-tiny:", "codo models show codo-tiny:latest"],
  ["codo models show twin:v2", "codo models show twin:v2-long"],
  ["codo run -m codo-tiny-e", "codo run -m codo-tiny-embed:latest"],
  ["codo run --model=codo-tiny-e", "codo run --model=codo-tiny-embed:latest"],
  ["codo outputs list --kind ba", "codo outputs list --kind batch"],
  ["codo outputs list --kind=ba", "codo outputs list --kind=batch"],
  ["codo run --keep-a", "codo run --keep-alive"],
  ["codo config get defaultM", "codo config get defaultModel"],
  ["codo run --preset bala", "codo run --preset balanced"],
  ["codo batch prom", "codo batch prompts.jsonl"],
  ["codo run --context=prom", "codo run --context=prompts.jsonl"],
  ['codo run "two words" -m twin:v1', 'codo run "two words" -m twin:v1'],
  ['codo run "two words" -m codo-tiny-e', 'codo run "two words" -m codo-tiny-embed:latest'],
];

describe.each(Object.entries(SHELLS))("in %s", (name, { command, load }) => {
  needsTools("tmux", name as ToolName);

  it(
    "Tab completes commands, options, settings, presets, files, and models with their colons",
    async () => {
      const env = { ...home.env, PATH: `${home.folder}:${home.env.PATH ?? ""}` };
      await using terminal = await PseudoTerminal.open({ columns: 100, env, cwd: home.folder, command });
      await terminal.type(load, "Enter");
      await terminal.type("echo rea''dy", "Enter");
      await terminal.until(/^ready$/m);
      for (const [typed, completed] of CASES) {
        await terminal.type(typed, "Tab");
        const escaped = completed.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
        // fish shows what may follow in the same line; bash and zsh set a space behind.
        const shown = await terminal.until(new RegExp(`^> ${escaped}( |$)`, "m"));
        expect(shown).not.toMatch(/command not found|rror:/);
        await terminal.type("C-u");
      }
    },
    SLOW,
  );
});
