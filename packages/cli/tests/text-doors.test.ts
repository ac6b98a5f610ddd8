import { closeSync, openSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { CommandSpec } from "../src/arguments/command-spec.js";
import { GLOBAL_OPTIONS } from "../src/arguments/global-options.js";
import { COMMANDS } from "../src/commands/commands.js";
import { runCli } from "../src/main.js";
import type { OutputStream } from "../src/terminal/terminal.js";
import { type AskedServer, startAskedServer } from "./support/asked-server.js";
import { type CliHome, type CliRun, createHome } from "./support/cli-harness.js";

/* One way to decode text at every door: all files that a command reads as text, and all that is piped in. */

const SLOW = 60_000;
const TEXT = "Grüße 世界 🌍";
/** It can be written as Latin-1. */
const WESTERN = "Größe";
const REPORT = fileURLToPath(new URL("golden/bench-report.json", import.meta.url));

const utf16 = (text: string): Buffer => Buffer.from(`\uFEFF${text}`, "utf16le");

/** A document with a text in it, in every encoding that is followed. */
const FOLLOWED: readonly (readonly [name: string, encode: (document: string) => Buffer])[] = [
  ["UTF-8", (document) => Buffer.from(document)],
  ["UTF-8 with its mark", (document) => Buffer.from(`\uFEFF${document}`)],
  ["UTF-16 LE by its mark", utf16],
  ["UTF-16 BE by its mark", (document) => utf16(document).swap16()],
];
const REFUSED: readonly (readonly [name: string, encode: (document: string) => Buffer])[] = [
  ["Latin-1", (document) => Buffer.from(document, "latin1")],
  ["NULs", (document) => Buffer.from(`${document}\0\0`)],
  ["UTF-16 without its mark", (document) => Buffer.from(document, "utf16le")],
  ["UTF-8 that is cut off", (document) => Buffer.from(`${document}é`).subarray(0, -1)],
];

/** A place where text comes in. */
interface Door {
  /** The command line; `FILE` stands for the file. */
  line: string;
  /** The option or positional that takes the file, as the command declares it. */
  declared: string;
  /** The extension of the file. */
  as?: string;
  /** A document with a text in it. */
  document: (text: string) => string;
  /** The exit status of a refusal. @defaultValue 2 */
  status?: number;
  /** Whether it takes a second or more: then one encoding that is followed has to do. */
  isSlow?: boolean;
  /** Where the text is seen. @defaultValue what is sent to the model */
  seen?: (run: CliRun) => unknown;
}

const plain = (text: string): string => `${text}\n`;
const stdout = (run: CliRun): string => run.stdout;
const sent = (): string => server.asked.map(({ body }) => JSON.stringify(body)).join("\n");

const FILES: readonly Door[] = [
  { line: "run hi -m small --context FILE", declared: "run --context", document: plain },
  { line: "run hi -m small -a FILE", declared: "run --attach", document: plain },
  {
    line: "run hi -m small --format FILE",
    declared: "run --format",
    document: (text) => JSON.stringify({ type: "object", description: text }),
  },
  { line: "run hi -m small -t FILE", declared: "run --template", as: "md", document: (text) => `${text} {{input}}\n` },
  {
    line: "run hi -m small --config FILE",
    declared: "--config",
    document: (text) => JSON.stringify({ schemaVersion: 1, models: { small: { system: text } } }),
    status: 1,
  },
  {
    line: "batch FILE -m small",
    declared: "batch input",
    as: "jsonl",
    document: (text) => `{"id":"a","prompt":"${text}"}\r\n"second"\r\n`,
  },
  { line: "batch FILE -m small", declared: "batch input", as: "json", document: (text) => `[\n"${text}"\n]\n` },
  { line: "batch FILE -m small", declared: "batch input", as: "csv", document: (text) => `id,prompt\n1,${text}\n` },
  { line: "batch FILE -m small", declared: "batch input", as: "txt", document: plain },
  {
    line: "batch PROMPTS -m small --journal NEW --format FILE",
    declared: "batch --format",
    document: (text) => JSON.stringify({ type: "object", description: text }),
  },
  {
    line: "batch PROMPTS -m small --journal NEW -t FILE",
    declared: "batch --template",
    as: "md",
    document: (text) => `${text} {{input}}\n`,
  },
  {
    line: "models create made -f FILE",
    declared: "models create --file",
    document: (text) => `FROM small\nSYSTEM "${text}"\n`,
  },
  {
    line: "bench -m small --trials 1 --requests 1 --warmup 0 --no-save --prompts FILE",
    declared: "bench --prompts",
    isSlow: true,
    document: plain,
  },
  {
    line: "compare small large --trials 1 --requests 1 --warmup 0 --no-save --prompts FILE",
    declared: "compare --prompts",
    isSlow: true,
    document: plain,
  },
  { line: "report FILE", declared: "report file", document: (text) => reportOf(text), seen: stdout },
  {
    line: "report REPORT --baseline FILE",
    declared: "report --baseline",
    document: (text) => report.replace(/"platform":\s*"[^"]*"/, `"platform":"${text}"`),
    seen: stdout,
  },
  {
    line: "config import FILE",
    declared: "config import file",
    document: (text) => JSON.stringify({ schemaVersion: 1, models: { small: { system: text } } }),
    status: 1,
    seen: async () => await inProcess(["config", "list", "--json"]).then(stdout),
  },
  {
    line: "outputs import FILE",
    declared: "outputs import file",
    as: "jsonl",
    document: (text) => exported.replaceAll("a prompt", text),
    seen: async () => await inProcess(["outputs", "list", "--json", "--output-dir", outputs()]).then(stdout),
  },
  {
    line: "templates show FILE",
    declared: "templates show name",
    as: "md",
    document: (text) => `${text} {{input}}\n`,
    seen: stdout,
  },
];

/** Files that a command names and does not read as text, or that this program wrote itself, with the reason. */
const NO_DOORS: Readonly<Record<string, string>> = {
  "run --image": "an image",
  "run --tool": "a module, which Node loads",
  "chat --tool": "a module, which Node loads",
  "models create --gguf": "weights",
  "batch --output": "its own journal, which other programs only add damage to: see below",
  "batch --journal": "its own journal",
  "bench --journal": "its own journal",
  "compare --journal": "its own journal",
  "queue collect --journal": "its own journal",
  "bench --output": "written",
  "compare --output": "written",
  "report --output": "written",
  "config export file": "written",
  "outputs export file": "written",
  "chat --format": "the same option as that of run",
  "bench --baseline": "the same option as that of report",
  "compare --baseline": "the same option as that of report",
  "templates edit name": "opened in an editor",
  "templates rm name": "deleted",
};

let server: AskedServer;
let home: CliHome;
let exported: string;
let report: string;
let count = 0;

beforeAll(async () => {
  // A worker's own input is a socket that says nothing, which `codo run` would wait for.
  closeSync(0);
  openSync("/dev/null", "r");
  server = await startAskedServer([{ name: "small:latest" }, { name: "large:latest" }]);
  home = await createHome(server.url);
  await writeFile(join(home.folder, "prompts.txt"), "hello\n");
  report = await readFile(REPORT, "utf8");
  await inProcess(["run", "a prompt", "-m", "small"]);
  exported = (await inProcess(["outputs", "export", "-"])).stdout;
}, SLOW);

beforeEach(() => {
  server.asked.length = 0;
});

afterAll(async () => await server?.[Symbol.asyncDispose]());

/** A report that tells of a model of that name. */
function reportOf(model: string): string {
  const { name } = JSON.parse(report).models[0];
  return report.replaceAll(JSON.stringify(name), JSON.stringify(model));
}

/** Runs a whole command line in this process, which takes less time than a process each. */
async function inProcess(argv: readonly string[]): Promise<CliRun> {
  const run = { stdout: "", stderr: "" };
  const stream = (name: "stdout" | "stderr"): OutputStream => ({
    isTTY: false,
    writable: true,
    destroyed: false,
    write: (text, written) => {
      run[name] += text;
      written?.();
      return true;
    },
  });
  const [stdout, stderr] = [stream("stdout"), stream("stderr")];
  const { signal } = new AbortController();
  const status = await runCli(argv, { stdout, stderr, env: home.env, signal });
  return { ...run, status };
}

/** A folder of its own for each run: what is there already is not imported again. */
const outputs = (): string => join(home.folder, `outputs-${count}`);

async function enter({ line, as = "txt" }: Door, bytes: Buffer): Promise<CliRun & { file: string }> {
  const file = join(home.folder, `door-${++count}.${as}`);
  await writeFile(file, bytes);
  const places: Record<string, string> = {
    FILE: file,
    PROMPTS: join(home.folder, "prompts.txt"),
    REPORT,
    NEW: `${file}.journal`,
  };
  const own = ["--output-dir", outputs()];
  const argv = line.split(" ").map((word) => places[word] ?? word);
  return { ...(await inProcess([...argv, ...own])), file };
}

describe("a file's text", () => {
  it.each(FILES.map((door) => [door.declared, door.as ?? "", door] as const))(
    "is what was meant, or refused: %s %s",
    { timeout: SLOW },
    async (_, __, door) => {
      for (const [name, encode] of FOLLOWED.slice(door.isSlow ? -1 : 0)) {
        server.asked.length = 0;
        const run = await enter(door, encode(door.document(TEXT)));
        expect([name, run.status], run.stderr).toEqual([name, 0]);
        const seen = String(await (door.seen ?? sent)(run));
        expect([name, seen.includes(TEXT), /[\uFEFF\uFFFD\0]/.exec(seen)]).toEqual([name, true, null]);
      }
      for (const [name, encode] of REFUSED) {
        server.asked.length = 0;
        const run = await enter(door, encode(door.document(WESTERN)));
        expect([name, run.status, server.asked], run.stderr).toEqual([name, door.status ?? 2, []]);
        expect(run.stderr, name).toMatch(/door-\d+\.\w+ is not text that can be read: .* at byte \d+\./);
        expect(run.stderr, name).toContain("Save it as UTF-8");
      }
    },
  );
});

describe("what is piped in", { timeout: SLOW }, () => {
  const PIPES: readonly Pick<Door, "line" | "document" | "seen">[] = [
    { line: "run -m small", document: plain },
    { line: "run -m small hi -a -", document: plain },
    { line: "chat -m small --no-save", document: plain },
    { line: "batch -m small", document: plain },
    { line: "embed -m small --lines", document: plain },
    { line: "compare small large --trials 1 --requests 1 --warmup 0 --no-save", document: plain },
    {
      line: "outputs import -",
      document: (text) => exported.replaceAll("a prompt", text),
      seen: () => inProcess(["outputs", "list", "--json"]).then(stdout),
    },
  ];

  it.each(PIPES)("is what was meant, or refused: $line", async ({ line, document, seen = sent }) => {
    const [, utf16be] = FOLLOWED.at(-1) ?? [];
    await home.codo(line.split(" "), { stdin: utf16be?.(document(TEXT)) ?? "" });
    expect(String(await seen({ stdout: "", stderr: "", status: 0 }))).toContain(TEXT);
    server.asked.length = 0;
    const { status, stderr } = await home.codo(line.split(" "), { stdin: Buffer.from(document(WESTERN), "latin1") });
    expect([status, server.asked], stderr).toEqual([2, []]);
    expect(stderr).toMatch(
      /^codo: (The piped input|input) is not text that can be read: 0xf6.* at byte \d+\.\n {6}Save it as UTF-8/,
    );
  });

  it("a blank line has no vector, keeps its place, and is told", async () => {
    const { stdout, stderr, status } = await home.codo(["embed", "-m", "small", "--lines"], {
      stdin: "Hello\n\nWhat is your name?\n",
    });
    const lines = stdout.trimEnd().split("\n");
    expect([status, lines.length, lines[1]], stderr).toEqual([0, 3, "null"]);
    expect(stderr).toContain("1 blank line without a vector: null stands there.");
  });

  it("in every encoding", async () => {
    const line = "batch -m small";
    for (const [name, encode] of FOLLOWED) {
      server.asked.length = 0;
      await home.codo(line.split(" "), { stdin: encode(plain(TEXT)) });
      expect([name, server.asked[0]?.body.prompt]).toEqual([name, TEXT]);
    }
    server.asked.length = 0;
    for (const [name, encode] of REFUSED) {
      const { status } = await home.codo(line.split(" "), { stdin: encode(plain(WESTERN)) });
      // A batch runs what comes while it comes: a whole line before the fault is as it was meant.
      const wrong = server.asked.filter(({ body }) => body.prompt !== WESTERN);
      expect([name, status, wrong]).toEqual([name, 2, []]);
    }
  });
});

it("a character is whole wherever the pieces of a file are cut", { timeout: SLOW }, async () => {
  // A file is read in pieces of 64 KiB. A prompt stands where the first one ends, a byte further each time.
  const PIECE = 64 * 1024;
  for (const [name, encode] of FOLLOWED) {
    const length = encode("x".repeat(1000)).length - encode("").length;
    for (let shift = 0; shift < 5; shift++) {
      server.asked.length = 0;
      const before = Math.ceil((PIECE / length) * 1000) - 5 + shift - (name === "UTF-8" ? 0 : 1);
      const file = join(home.folder, `cut-${++count}.txt`);
      await writeFile(file, encode(`${"x".repeat(before - 1)}\n🌍世ü🌍\n`));
      await inProcess(["batch", file, "-m", "small", "-c", "1"]);
      expect([name, shift, server.asked[1]?.body.prompt]).toEqual([name, shift, "🌍世ü🌍"]);
    }
  }
});

describe("journals, which this program writes itself, as UTF-8", { timeout: SLOW }, () => {
  const JOURNALS: readonly (readonly [
    name: string,
    line: (journal: string) => string,
    kept: (run: CliRun) => boolean,
  ])[] = [
    ["batch", (file) => `batch PROMPTS -m small --journal ${file}`, () => server.asked.length === 0],
    [
      "bench",
      (file) => `bench -m small hello --trials 1 --requests 1 --warmup 0 --no-save --journal ${file} --resume`,
      () => server.asked.length === 0,
    ],
  ];

  it.each(JOURNALS)("of a %s", async (_, line, kept) => {
    const run = async (bytes?: Buffer): Promise<CliRun> => {
      const file = join(home.folder, `journal-${++count}.jsonl`);
      if (bytes !== undefined) await writeFile(file, bytes);
      const prompts = join(home.folder, "prompts.txt");
      server.asked.length = 0;
      const done = await inProcess(line(file).replace("PROMPTS", prompts).split(" "));
      written = await readFile(file);
      return done;
    };
    let written = Buffer.alloc(0);
    server.answers = [TEXT];
    expect((await run()).status).toBe(0);
    const whole = written;
    // An editor's mark is passed over, and what is there is not asked again.
    for (const mark of ["", "\uFEFF"]) {
      const again = await run(Buffer.concat([Buffer.from(mark), whole]));
      expect([again.status, kept(again)], again.stderr).toEqual([0, true]);
      expect(written.toString()).toBe(`${mark}${whole}`);
    }
    const refused = await run(utf16(whole.toString()));
    expect([refused.status === 0, refused.stderr.includes(`journal-${count}.jsonl is UTF-16`)]).toEqual([false, true]);
    expect(written).toEqual(utf16(whole.toString()));
  });

  it("a line of a batch that another program spoilt is no answer: its item runs again", async () => {
    const journal = join(home.folder, "spoilt.jsonl");
    const argv = ["batch", join(home.folder, "prompts.txt"), "-m", "small", "--journal", journal, "--json"];
    server.answers = [WESTERN];
    await inProcess(argv);
    await writeFile(journal, Buffer.from(await readFile(journal, "utf8"), "latin1"));
    server.asked.length = 0;
    const { stdout, status } = await inProcess(argv);
    expect([status, server.asked.length, stdout.includes(WESTERN), stdout.includes("\uFFFD")]).toEqual([
      0,
      1,
      true,
      false,
    ]);
  });
});

it("a file that a command takes is a door of this table, or it is said why not", () => {
  const files = (completes: unknown): boolean => completes === "files" || completes === "templates";
  const declared = (commands: readonly CommandSpec[], path: string): string[] =>
    commands.flatMap(({ name, positionals = [], options = {}, subcommands = [] }) => [
      ...positionals.filter(({ completes }) => files(completes)).map((one) => `${path}${name} ${one.name}`),
      ...Object.entries(options).flatMap(([option, { completes }]) =>
        files(completes) ? [`${path}${name} --${option}`] : [],
      ),
      ...declared(subcommands, `${path}${name} `),
    ]);
  const all = [
    ...declared(COMMANDS, ""),
    ...Object.keys(GLOBAL_OPTIONS)
      .filter((name) => files(GLOBAL_OPTIONS[name]?.completes))
      .map((name) => `--${name}`),
  ];
  const known = [...FILES.map((door) => door.declared), ...Object.keys(NO_DOORS)];
  expect([...new Set(known)].sort()).toEqual(all.sort());
});
