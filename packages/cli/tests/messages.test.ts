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
    'codo: "gemma3" may be a model\'s name, and no model of that name is installed.',
    "      If it is one, `codo models pull gemma3` gets it; if it belongs to the prompt, quote the whole: " +
      '`codo run "gemma3 Why is the sky blue?"`',
  ]);
});

describe("say in the words of the prompt", () => {
  it.each([
    [["config", "explain"], 2, "codo: `codo config explain` needs <key>.\n"],
    [
      ["config", "set", "nosuch", "1"],
      2,
      'codo: There is no setting "nosuch". `codo config list` shows every setting.\n$',
    ],
    [
      ["config", "set", "models.llama3.2.options.num_predict", "5"],
      2,
      'codo: Leave "options" out: "models.llama3.2.numPredict".\n',
    ],
    [["config", "set", "presets.x.options.topP", "0.5"], 2, 'Leave "options" out: "presets.x.topP"'],
    [["config", "set", "models.a.numContext", "5"], 2, 'no setting "models.a.numContext". A setting follows the name'],
    [["config", "set", "presets.mine", "5"], 2, 'no setting "presets.mine". A setting follows the name'],
    [["config", "set", "presets.mine", "[1]"], 2, 'no setting "presets.mine". A setting follows the name'],
    [["outputs", "list", "--newest"], 2, "codo: `codo outputs list` has no option --newest.\n"],
    [["models", "rmm", "x"], 2, 'codo: `codo models` has no command "rmm".\n      Did you mean `codo models rm`'],
    [["chat", "-m", "codo-tiny", "--resume", "none"], 2, "codo: No chat is saved yet.\n"],
    [["report", "none.json"], 2, "codo: The report none.json cannot be read: there is no such file or folder.\n"],
    [["models", "show", "none"], 7, "codo: http://127.0.0.1:\\d+ says: model 'none:latest' not found.\n"],
    [
      ["config", "explain", "temperature"],
      0,
      "^options.temperature is not set, so it is not sent: the model has its own.\n",
    ],
    [["config", "list"], 0, "requestTimeout +120 s +default\n"],
    [["outputs", "stats"], 0, "^1 record, .*B; 1 failed, 0 pinned\n"],
  ])("%j", async (args, status, says) => {
    const { stdout, stderr, ...run } = await home.codo(args);
    expect(stdout + stderr).toMatch(new RegExp(says));
    expect(run.status).toBe(status);
  });

  it("name what is kept in a group of settings without effect", async () => {
    const { codo } = await createHome(engine.url);
    const { stderr, status } = await codo(["config", "set", "models.b", '{"options":{"numPredict":5}}']);
    expect([status, stderr]).toEqual([
      0,
      expect.stringContaining('Note: models.b.options: "options" is unknown; it is kept and not used.\n'),
    ]);
  });

  it("name the model that a warning is about, once, and flags in place of a library's options", async () => {
    const measure = ["--trials", "1", "--requests", "2", "--warmup", "0", "--output-tokens", "2", "--no-save"];
    const compared = await home.codo(["compare", "codo-tiny", "codo-tiny-embed", "-p", "Hello", ...measure]);
    expect(compared.stderr).toContain("Note: codo-tiny-embed: 2 of 2 requests failed");
    expect(compared.stderr).toMatch(/Note: codo-tiny: .*Use --bust-cache to measure uncached prompts\./);
    expect(compared.stderr).toContain("Note: Client and server share this machine");
    const busted = await home.codo(["bench", "-m", "codo-tiny", "Hello", "--bust-cache", ...measure]);
    expect(busted.status).toBe(0);
    expect(busted.stdout).not.toContain("cache-unknown");
  });
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
        expect(rows.slice(0, 3)).toEqual([
          'codo: "gemma3" may be a model\'s name, and no model of that name is installed.',
          "      If it is one, `codo models pull gemma3` gets it; if it belongs to the",
          '      prompt, quote the whole: `codo run "gemma3 Why is the sky blue?"`',
        ]);
      }
    },
    SLOW,
  );
});
