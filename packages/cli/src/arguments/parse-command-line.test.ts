import { describe, expect, it } from "vitest";
import { COMMANDS } from "../commands/commands.js";
import { GLOBAL_OPTIONS } from "./global-options.js";
import { type ParsedCommandLine, parseCommandLine } from "./parse-command-line.js";

async function parse(...argv: string[]): Promise<ParsedCommandLine> {
  return await parseCommandLine(argv, { commands: COMMANDS, globals: GLOBAL_OPTIONS, columns: 80 });
}

/** What a command reads from a line that can be run. */
async function argumentsOf(...argv: string[]) {
  const parsed = await parse(...argv);
  if (parsed.kind !== "run") throw new Error(JSON.stringify(parsed));
  return parsed.args;
}

/** What is said of a line that cannot be run. */
async function slipOf(...argv: string[]): Promise<{ message: string; hint: string | undefined; isJson: boolean }> {
  const parsed = await parse(...argv);
  if (parsed.kind !== "invalid") throw new Error(JSON.stringify(parsed));
  const { error, args } = parsed;
  return { message: error.message, hint: error.hint, isJson: args.flag("json") };
}

describe("a command line that can be run", () => {
  it("names its command, also by another name", async () => {
    const parsed = await parse("model", "ls", "codo", "--json");
    expect(parsed.kind === "run" && parsed.path).toEqual(["models", "list"]);
    expect(parsed.kind === "run" && [parsed.args.text("filter"), parsed.args.flag("json")]).toEqual(["codo", true]);
  });

  it("keeps words after `--` as they are, in their places", async () => {
    const many = await argumentsOf("embed", "--json", "first", "--", "-", "--help", "-1", "--json=false");
    expect(many.list("text")).toEqual(["first", "-", "--help", "-1", "--json=false"]);
    expect(many.flag("json")).toBe(true);
    expect((await argumentsOf("models", "show", "--", "-odd")).text("model")).toBe("-odd");
    const pair = await argumentsOf("models", "cp", "--", "--a", "--b");
    expect([pair.text("source"), pair.text("destination")]).toEqual(["--a", "--b"]);
    expect((await argumentsOf("run", "--", "--think", "--")).list("prompt")).toEqual(["--think", "--"]);
  });

  it("takes a lone dash as a word and as a value", async () => {
    expect((await argumentsOf("batch", "-")).text("input")).toBe("-");
    expect((await argumentsOf("batch", "x", "-O", "-")).text("output")).toBe("-");
  });

  it("reads values as text: no numbers, no paths with dots, negative ones too", async () => {
    const args = await argumentsOf("run", "-o", "a.b=1", "-o", "c=0x10", "--keep-alive", "-1", "0012", "1e3");
    expect(args.list("option")).toEqual(["a.b=1", "c=0x10"]);
    expect([args.text("keep-alive"), args.list("prompt")]).toEqual(["-1", ["0012", "1e3"]]);
  });

  it.each([
    [["--think", "Why?"], "true", ["Why?"]],
    [["Why?", "--think"], "true", ["Why?"]],
    [["--think", "high", "Why?"], "high", ["Why?"]],
    [["--think=low", "Why?"], "low", ["Why?"]],
    [["--think", "--raw", "Why?"], "true", ["Why?"]],
  ])("reads %j with a level or without", async (words, think, prompt) => {
    const args = await argumentsOf("run", ...words);
    expect([args.text("think"), args.list("prompt")]).toEqual([think, prompt]);
  });

  it("has the last value of an option that is given twice", async () => {
    const args = await argumentsOf("run", "-m", "a", "--model", "b", "-q", "--quiet");
    expect([args.text("model"), args.flag("quiet")]).toEqual(["b", true]);
  });
});

describe("a command line that cannot be run", () => {
  it.each([
    [["rnu", "hello"], '`codo` has no command "rnu".', "Did you mean `codo run`?"],
    [["models", "lst"], '`codo models` has no command "lst".', "Did you mean `codo models list`?"],
    [["-q", "model", "lst"], '`codo models` has no command "lst".', "Did you mean `codo models list`?"],
    [["run", "hi", "--modle", "x"], "`codo run` has no option --modle.", "Did you mean --model?"],
    [["run", "--modle=x"], "`codo run` has no option --modle.", "Did you mean --model?"],
    [["models", "list", "--jsn"], "`codo models list` has no option --jsn.", "Did you mean --json?"],
    [["models", "ps", "x"], '`codo models ps` takes no "x".', "`codo models ps --help` shows how it is used."],
    [["run", "--model"], "--model needs a value.", "`codo run --help` shows how it is used."],
  ])("%j", async (argv, message, hint) => {
    expect(await slipOf(...argv)).toMatchObject({ message, hint });
  });

  it("says what may follow, and what is missing", async () => {
    expect((await slipOf("models")).message).toMatch(/^Say what to do: `codo models …` \(list, ps, show, /);
    expect((await slipOf("models", "show")).message).toBe("`codo models show` needs <model>.");
    expect((await slipOf("config", "set", "a")).message).toBe("`codo config set` needs <value>.");
    expect((await slipOf("run", "--think=loud", "x")).message).toBe(
      '--think cannot be "loud"; it can be true, false, low, medium, high, max.',
    );
    expect((await slipOf("completion", "cmd")).message).toBe('<shell> cannot be "cmd"; it can be bash, zsh, fish.');
  });

  it("is answered as it asks: in JSON, unless that word comes after `--`", async () => {
    expect(await slipOf("models", "lst", "--json")).toMatchObject({ isJson: true });
    expect(await slipOf("models", "lst", "--", "--json")).toMatchObject({ isJson: false });
  });

  it("is quoted as it was written", async () => {
    const { message } = await slipOf("models", "ps", "--", "-x");
    expect(message).toBe('`codo models ps` takes no "-x".');
  });
});

it("help and version are texts, wherever they stand", async () => {
  expect(await parse("models", "list", "--version")).toEqual({ kind: "show", text: expect.stringMatching(/^codo \d/) });
  for (const argv of [["--help"], ["models", "-h"], ["models", "list", "x", "--help"]]) {
    expect((await parse(...argv)).kind).toBe("show");
  }
});
