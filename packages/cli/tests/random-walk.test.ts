import { spawn } from "node:child_process";
import { mkdir, readdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import type { CommandSpec } from "../src/arguments/command-spec.js";
import { GLOBAL_OPTIONS } from "../src/arguments/global-options.js";
import { COMMANDS } from "../src/commands/commands.js";
import { EXIT_STATUS } from "../src/errors/exit-status.js";
import { type CliHome, createHome, ended, startTestEngine } from "./support/cli-harness.js";

const WALK = fileURLToPath(new URL("./walk-process.js", import.meta.url));
const LINES = 500;
const SEED = 20_261_122;

/** Commands that read what is piped in: each needs a process of its own. */
const READS_INPUT = ["run", "chat", "batch", "embed"];

/** An odd prompt may be answered without an end. */
const SHORT = ["-o", "numPredict=4"];
const LITTLE = ["--trials", "1", "--requests", "1", "--warmup", "0", "--output-tokens", "1", "-o", "numPredict=1"];

/**
 * What some commands are always given, so that they measure for no minutes and ask no registry: a pull names a port that
 * nothing may connect to. `server start` finds the engine.
 */
const ALWAYS: Readonly<Record<string, string[]>> = {
  run: SHORT,
  chat: SHORT,
  batch: SHORT,
  bench: LITTLE,
  compare: ["codo-tiny", "twin", "-p", "Hello", ...LITTLE],
  "models update": ["nowhere"],
  "models pull": ["http://127.0.0.1:9/library/nowhere", "--insecure"],
};

/** Options that would lift those limits, or lead to another server, or to files that the walk is not to touch. */
const OF_MEASUREMENTS = "trials requests warmup output-tokens concurrency rps depth cold output journal".split(" ");
const NOT_WALKED: Readonly<Record<string, string[]>> = { bench: OF_MEASUREMENTS, compare: OF_MEASUREMENTS };
const NEVER_WALKED = ["host", "config", "output-dir"];

const ODD = [
  "",
  " ",
  "-",
  "--",
  "-1",
  "0",
  "1e9",
  "NaN",
  "../../../etc/passwd",
  "C:\\temp\\x",
  "\u001b[31mred",
  "日本語",
  "👩‍👩‍👧",
  "a".repeat(3000),
  "$(touch owned)",
  "__proto__",
  "constructor.prototype",
  "{}",
  "[1,2",
  "=",
  "a=b=c",
  "codo-tiny",
  "codo-tiny:latest",
  "options.temperature",
  "models.x.topP",
  "null",
  "true",
  ".",
  "\n",
  "%s%n",
];

/** A small generator with a seed, so that a failure can be walked again (mulberry32). */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

function leaves(commands: readonly CommandSpec[], parents: readonly string[] = []): [string[], CommandSpec][] {
  return commands.flatMap((command): [string[], CommandSpec][] => {
    const path = [...parents, command.name];
    return command.subcommands === undefined ? [[path, command]] : leaves(command.subcommands, path);
  });
}

function walk(seed: number, count: number): string[][] {
  const random = randomFrom(seed);
  const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)] as T;
  const commands = leaves(COMMANDS);
  return Array.from({ length: count }, () => {
    const [path, command] = pick(commands);
    const name = path.join(" ");
    const words = random() < 0.05 ? [pick(ODD)] : [...path, ...(ALWAYS[name] ?? [])];
    const left = [...NEVER_WALKED, ...(NOT_WALKED[name] ?? [])];
    const options = Object.entries({ ...command.options, ...GLOBAL_OPTIONS }).filter(
      ([option]) => !left.includes(option),
    );
    for (let n = Math.floor(random() * 4); n > 0; n--) {
      const [name, option] = pick(options);
      words.push(random() < 0.05 ? `--${name}x` : `--${name}`);
      if (option.type !== "flag" && random() < 0.9)
        words.push(option.choices === undefined ? pick(ODD) : pick([...option.choices, ...ODD]));
    }
    const odd = Array.from({ length: Math.floor(random() * 3) }, () => pick(ODD));
    // A word that is a name would be asked for at the library.
    return name === "models pull" ? words : [...words, ...odd];
  });
}

/** What a command line did. */
interface Walked {
  argv: string[];
  status: number | null;
  stdout: string;
  stderr: string;
}

/** A folder so deep that what leads out of it still ends in the home of the test. */
async function deepFolder(home: CliHome): Promise<string> {
  const folder = join(home.folder, "one", "two", "three");
  await mkdir(folder, { recursive: true });
  return folder;
}

async function walkInOneProcess(home: CliHome, lines: readonly string[][]): Promise<Walked[]> {
  const child = spawn(process.execPath, [WALK], { cwd: await deepFolder(home), env: home.env });
  child.stdin.end(lines.map((words) => `${JSON.stringify(words)}\n`).join(""));
  const { stdout, stderr } = await ended(child);
  expect(stderr).toBe("");
  return stdout
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as Walked);
}

async function walkInProcesses(home: CliHome, lines: readonly string[][]): Promise<Walked[]> {
  const walked: Walked[] = [];
  const cwd = await deepFolder(home);
  for (const argv of lines) walked.push({ argv, ...(await home.codo(argv, { stdin: "Hello\n", cwd })) });
  return walked;
}

function check({ argv, status, stdout, stderr }: Walked): void {
  const told = JSON.stringify({ argv, status, stdout, stderr }).slice(0, 2000);
  expect(Object.values(EXIT_STATUS), told).toContain(status);
  expect(stderr, told).not.toMatch(/codo: (Cannot read|.* is not (a function|iterable|defined))/);
  if (!argv.includes("--verbose")) expect(stderr, told).not.toMatch(/\n\s+at \S+ \(?(file|node):/);
  if (!argv.includes("--json") || stdout === "" || argv.includes("--help") || argv.includes("--")) return;
  for (const value of stdout.trimEnd().split("\n")) expect(() => JSON.parse(value), told).not.toThrow();
}

it(`survives ${LINES} odd command lines: no stack, no strange status, no file elsewhere`, async () => {
  const engine = await startTestEngine();
  const home = await createHome(engine.url);
  await home.codo(["models", "cp", "codo-tiny", "twin"]);
  const surroundings = await readdir(dirname(home.folder));
  const lines = walk(SEED, LINES);
  const readsInput = (words: readonly string[]) => READS_INPUT.includes(words[0] ?? "");
  const [inOne, alone] = await Promise.all([
    walkInOneProcess(
      home,
      lines.filter((words) => !readsInput(words)),
    ),
    walkInProcesses(home, lines.filter(readsInput)),
  ]);
  expect(inOne.length + alone.length).toBe(LINES);
  for (const walked of [...inOne, ...alone]) check(walked);
  const news = (await readdir(dirname(home.folder))).filter((name) => !surroundings.includes(name));
  expect(news.filter((name) => name.includes("owned") || name.includes("passwd"))).toEqual([]);
  expect(await readdir(home.folder, { recursive: true })).not.toContain(join("one", "two", "three", "owned"));
  // The walk came by every command, those that measure and pull among them.
  const walkedNames = lines.map((words) => words.slice(0, 2).join(" "));
  for (const name of ["models pull", "models update", "server start"]) expect(walkedNames).toContain(name);
  for (const name of ["bench", "compare"]) expect(lines.map(([first]) => first)).toContain(name);
  await engine.stop();
}, 400_000);
