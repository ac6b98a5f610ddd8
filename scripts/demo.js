// The main job in a minute: a prompt is answered on this machine, the answer is kept, listed and measured.
// Each step is a command that you can type yourself.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const codo = fileURLToPath(new URL("../packages/cli/bin/codo.js", import.meta.url));
const PROMPT = process.argv.slice(2).join(" ") || "Why is the sky blue?";

function step(title, ...args) {
  const typed = args.map((arg) => (/^[\w./:=-]+$/.test(arg) ? arg : JSON.stringify(arg))).join(" ");
  console.log(`\n${title}\n$ codo ${typed}\n`);
  const { status, signal } = spawnSync(process.execPath, [codo, ...args], { stdio: "inherit" });
  if (status !== 0) {
    console.error(`\nThe demo stopped: codo ended with ${signal ?? `exit status ${status}`}.`);
    process.exit(status ?? 1);
  }
}

console.log("codo: the toolkit around local language models");
step(
  "Which server answers? One that runs is used; otherwise the embedded engine is started for the command.",
  "server",
  "status",
);
step("A prompt, answered token by token:", "run", PROMPT, "--verbose");
step("The answer was kept:", "outputs", "list", "--limit", "3");
step(
  "And measured properly, with intervals instead of a single number:",
  "bench",
  PROMPT,
  "--trials",
  "3",
  "--requests",
  "4",
  "--quiet",
);
console.log(`
Try next (pnpm codo stands for codo in this folder):
  pnpm codo run "Name three fruits."       another prompt, another answer
  pnpm codo chat                           a conversation; /? lists what you can type
  pnpm codo outputs search sky             find what was said
  pnpm codo models list                    what is there; codo models pull NAME gets more from Ollama's library
  pnpm codo doctor                         what works on this machine, and how to mend the rest`);
