import { needsTools } from "@codo/test-utils/tools";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type CliHome, CODO, createHome, startTestEngine, type TestEngine } from "./support/cli-harness.js";
import { PseudoTerminal } from "./support/pseudo-terminal.js";

const SLOW = 180_000;

/** Command lines with long notes, warnings and errors, and what is said on stdout in sentences. */
const LINES = [
  ["run", "gemma3", "Why", "is", "the", "sky", "blue?"],
  ["run", "-m", "codo-tiny", "Hello", "-o", "bogus=1", "-o", "numPredict=1", "--no-save"],
  ["run", "-m", "nowhere", "Hello"],
  ["config", "explain", "outputDirectory"],
  ["run", "-m", "codo-tiny", "-a", "a-folder-with-a-name/that-is-longer-than/a-narrow-terminal/is-wide.txt", "Hello"],
  ["doctor"],
  ["server", "status", "--host", "127.0.0.1:9"],
];

let engine: TestEngine;
let home: CliHome;
let texts: string[];

beforeAll(async () => {
  engine = await startTestEngine();
  home = await createHome(engine.url);
  texts = [];
  for (const line of LINES) {
    const { stdout, stderr } = await home.codo(line, { env: { COLUMNS: "40" } });
    texts.push(stdout + stderr);
  }
}, SLOW);

afterAll(async () => {
  await engine?.stop();
});

/** What has to stay whole: words, and commands between backticks. Numbers may differ from one run to the next. */
function pieces(text: string): string[] {
  const words = text.split(/\s+/).filter((word) => word !== "" && !/^\d/.test(word) && !word.includes("`"));
  return [...words, ...[...text.matchAll(/`[^`\n]+`/g)].map(([command]) => command)];
}

it("are one line each in a pipe", () => {
  expect(texts[0]?.trimEnd().split("\n")).toEqual([
    'codo: "gemma3" looks like a model\'s name, and no model of that name is installed.',
    "      If it is one, `codo models pull gemma3` gets it; if it belongs to the prompt, quote the whole: " +
      '`codo run "gemma3 Why is the sky blue?"`',
  ]);
});

describe("at a terminal", () => {
  needsTools("tmux", "bash");

  it.each([40, 80])(
    "break between words at %i columns, and what is copied from them is whole",
    async (columns) => {
      const script = LINES.map(
        (line) => `${[process.execPath, CODO, ...line].map((word) => `'${word}'`).join(" ")}; echo`,
      );
      const command = ["bash", "-c", script.join("\n")];
      await using terminal = await PseudoTerminal.open({ columns, env: home.env, cwd: home.folder, command });
      const rows = (await terminal.until("[status 0]")).split("\n");
      const joined = await terminal.screen({ isJoined: true });
      for (const piece of texts.flatMap(pieces)) {
        if (piece.length <= columns)
          expect(
            rows.some((row) => row.includes(piece)),
            piece,
          ).toBe(true);
        else expect(joined).toContain(piece);
      }
      if (columns === 80) {
        expect(rows.slice(0, 4)).toEqual([
          'codo: "gemma3" looks like a model\'s name, and no model of that name is',
          "      installed.",
          "      If it is one, `codo models pull gemma3` gets it; if it belongs to the",
          '      prompt, quote the whole: `codo run "gemma3 Why is the sky blue?"`',
        ]);
      }
    },
    SLOW,
  );
});
