// The main job in a minute: a prompt is answered on this machine, the answer is kept, listed and measured.
// Each step is a command that you can type yourself.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { build } from "./build.js";

const codo = fileURLToPath(new URL("../packages/cli/bin/codo.js", import.meta.url));
const PROMPT = process.argv.slice(2).join(" ") || "Why is the sky blue?";

/** Runs a command and shows it. Some end with another status than 0 and are right to. */
function step(title, args, expected = [0]) {
  const typed = args.map((arg) => (/^[\w./:=-]+$/.test(arg) ? arg : JSON.stringify(arg))).join(" ");
  console.log(`\n${title}\n$ codo ${typed}\n`);
  const { status, signal } = spawnSync(process.execPath, [codo, ...args], { stdio: "inherit" });
  if (expected.includes(status)) return status;
  console.error(`\nThe demo stopped: codo ended with ${signal ?? `exit status ${status}`}.`);
  process.exit(status ?? 1);
}

const NO_SERVER = 6;

console.log("codo: the toolkit around local language models");
const built = await build("build:js", ["--filter=@codo/ollama-cli"]);
if (built !== 0) {
  console.error("\nThe demo stopped: the build failed; what it said is above.");
  process.exit(built);
}
const status = step("Does a server run already?", ["server", "status"], [0, NO_SERVER]);
console.log(
  status === 0
    ? "\nIt does, and it is used."
    : "\nNone does: the embedded engine answers, started for each command and gone with it.",
);
step("A prompt, answered token by token:", ["run", PROMPT, "--verbose"]);
step("The answer was kept:", ["outputs", "list", "--limit", "3"]);
step("And measured, with intervals in place of a single number:", [
  "bench",
  PROMPT,
  "--trials",
  "3",
  "--requests",
  "4",
  "--quiet",
]);
console.log(`
Try next, in this folder:
  npx -y pnpm@10 codo run "Name three fruits."   another prompt, another answer
  npx -y pnpm@10 codo chat                       a conversation; /? lists what you can type
  npx -y pnpm@10 codo outputs search sky         find what was said
  npx -y pnpm@10 codo models list                the models on this machine
  npx -y pnpm@10 codo doctor                     what works on this machine, and how to mend the rest
README.md says how to get the command codo itself, and how to use a model of your own.`);
