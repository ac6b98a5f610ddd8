import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { needsTools } from "@codo/test-utils/tools";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type CliHome, CODO, createHome, startTestEngine, type TestEngine } from "./support/cli-harness.js";
import { PseudoTerminal } from "./support/pseudo-terminal.js";
import { startSlowServer } from "./support/slow-server.js";

const SLOW = 180_000;

let engine: TestEngine;
let home: CliHome;

beforeAll(async () => {
  engine = await startTestEngine();
  home = await createHome(engine.url);
}, SLOW);

afterAll(async () => {
  await engine?.stop();
});

async function open(line: string, { columns = 80, at = home }: { columns?: number; at?: CliHome } = {}) {
  const command = [process.execPath, CODO, ...line.split(" ")];
  return await PseudoTerminal.open({ columns, env: at.env, cwd: at.folder, command });
}

describe("at a terminal", () => {
  needsTools("tmux", "bash");

  it(
    "talks: answers, commands, history, several lines, the gauge, and an end",
    async () => {
      await using terminal = await open("chat -m codo-tiny");
      await terminal.until("/? for help");
      await terminal.type("Hello", "Enter");
      await terminal.until(/How can I help you today\?\n▕.*▏ \d+\/\d+ tokens/);
      await terminal.type("Up");
      await terminal.until(/>>> Hello\s*$/);
      await terminal.type("C-c");
      await terminal.type('"""one', "Enter");
      await terminal.until(/\n\.\.\.\s*$/);
      await terminal.type('two"""', "Enter");
      await terminal.until(/two"""\n[^>]*▏ \d+\/\d+ tokens\n>>>/);
      await terminal.type("/show messages", "Enter");
      await terminal.until("user: one\ntwo");
      await terminal.type("/?", "Enter");
      await terminal.until(/\/image FILE\|URL \[TEXT\] +Send an image with the text, or the next\n {33}message\n/);
      await terminal.type("/sav", "Tab");
      await terminal.until(/>>> \/save\s*$/);
      await terminal.type("kept", "Enter");
      await terminal.until("Saved to");
      await terminal.type("/lis", "Tab");
      await terminal.until(/>>> \/list\s*$/);
      await terminal.type("Enter");
      await terminal.until(/\nkept\n(last\n)?>>>/);
      await terminal.type("/bye", "Enter");
      await terminal.until("[status 0]");
    },
    SLOW,
  );

  it(
    "asks before a saved chat is replaced by another",
    async () => {
      const at = await createHome(engine.url);
      expect((await at.codo(["chat", "-m", "codo-tiny"], { stdin: "Hello\n/save kept\n/save kept\n" })).status).toBe(0);
      const unasked = await at.codo(["chat", "-m", "codo-tiny"], { stdin: "Bye\n/save kept\n" });
      expect(unasked).toMatchObject({ status: 1, stderr: expect.stringContaining("Another chat is saved as kept.") });
      await using terminal = await open("chat -m codo-tiny", { at });
      await terminal.until("/? for help");
      await terminal.type("/save k", "Tab");
      await terminal.until(/>>> \/save kept\s*$/);
      await terminal.type("Enter");
      await terminal.until("Replace it? [y/N]");
      await terminal.type("n", "Enter");
      await terminal.until("Not saved.");
      await terminal.type("/save kept", "Enter");
      await terminal.until(/Not saved\.[\s\S]*Replace it\? \[y\/N\]/);
      await terminal.type("y", "Enter");
      await terminal.until("Saved to");
      await terminal.type("/bye", "Enter");
      await terminal.until("[status 0]");
    },
    SLOW,
  );

  it(
    "cancels the turn with Ctrl-C, keeps the chat, and ends with Ctrl-D",
    async () => {
      const slow = await startSlowServer();
      const at = await createHome(slow.url);
      await using terminal = await open("chat -m slow", { at });
      await terminal.until("/? for help");
      await terminal.type("Tell", "Enter");
      await terminal.until("Once upon a");
      await terminal.type("C-c");
      await slow.hungUp;
      await terminal.until("Cancelled.");
      await terminal.type("C-c");
      await terminal.until("Ctrl-D or /bye ends the chat.");
      await terminal.type("/context", "Enter");
      await terminal.until("0 messages");
      await terminal.type("C-d");
      await terminal.until(/^>>> *\n\[status 0\]/m);
      await slow.stop();
    },
    SLOW,
  );

  it(
    "ends a run with Ctrl-C, with status 130",
    async () => {
      const slow = await startSlowServer();
      const at = await createHome(slow.url);
      await using terminal = await open("run -m slow Hello", { at });
      await terminal.until("Once upon a");
      await terminal.type("C-c");
      const shown = await terminal.until("[status 130]");
      expect(shown).toMatch(
        /Once upon a(\^C)? time\nThe part that came is kept: `codo outputs show \w{26} -r`\nInterrupted\./,
      );
      expect((await at.codo(["outputs", "show", "-r"])).stdout).toBe("Once upon a time\n");
      await slow.stop();
    },
    SLOW,
  );

  it.each([30, 80, 200])(
    "shows a batch's progress on one line of %i columns, and takes it away again",
    async (columns) => {
      const at = await createHome(engine.url);
      await at.codo(["models", "cp", "codo-tiny", "slow"]);
      const prompts = (count: number) =>
        writeFile(join(at.folder, "in.jsonl"), Array.from({ length: count }, (_, n) => `Hello ${n}\n`).join(""));
      await prompts(3);
      await using whole = await open("batch -m slow in.jsonl", { at, columns });
      expect((await whole.until("[status 0]")).replace(/\s+/g, "")).toMatch(
        /^3items,3succeeded,0failed,\d+tokensin[\d.ms]+Results:\S+in\.results\.jsonl\[status0\]$/,
      );
      await prompts(6);
      const slow = await startSlowServer();
      const away = { ...at, env: { ...at.env, OLLAMA_HOST: slow.url } };
      // The slow server has another model of that name.
      await using half = await open("batch -m slow in.jsonl --continue-anyway", { at: away, columns });
      await half.until(columns === 30 ? /^3\/6 +0\.0\/s\n$/ : /^▕█{12} {12}▏ {2}3\/6 {2}0\.0\/s\n$/);
      await slow.asked;
      await half.type("C-c");
      const left = await half.until("[status 130]");
      expect(left.replace("^C", "").replace(/\s+/g, "")).toMatch(
        /^Runitagaintocontinue;\S*in\.results\.jsonlhaswhatisdone\.Interrupted\.\[status130\]$/,
      );
      await slow.stop();
    },
    SLOW,
  );

  it(
    "colours at a terminal, and not with --no-color or NO_COLOR",
    async () => {
      await using coloured = await open("models list");
      await coloured.until("[status 0]");
      expect(await coloured.screen({ isColoured: true })).toContain("\u001b[1mNAME");
      await using plain = await open("models list --no-color");
      await plain.until("[status 0]");
      expect(await plain.screen({ isColoured: true })).not.toContain("\u001b[1m");
      const at = { ...home, env: { ...home.env, NO_COLOR: "1" } };
      await using silent = await open("models list", { at });
      await silent.until("[status 0]");
      expect(await silent.screen({ isColoured: true })).not.toContain("\u001b[1m");
    },
    SLOW,
  );

  it(
    "keeps tables and texts inside a narrow terminal",
    async () => {
      await using terminal = await open("doctor", { columns: 40 });
      const shown = await terminal.until("[status 0]");
      for (const line of shown.split("\n")) expect(line.length, line).toBeLessThanOrEqual(40);
    },
    SLOW,
  );
});
