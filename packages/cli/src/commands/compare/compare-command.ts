import type { CommandSpec } from "../../arguments/command-spec.js";
import { MEASURE_OPTIONS } from "../bench/bench-command.js";

/** `codo compare`: several models, one prompt. */
export const compareCommand: CommandSpec = {
  name: "compare",
  summary: "Send one prompt to several models, show the answers side by side and measure speed",
  positionals: [
    {
      name: "model",
      isRequired: true,
      isMany: true,
      completes: "models",
      describe: "Two models or more; the first is the baseline",
    },
  ],
  options: {
    prompt: { type: "text", alias: "p", placeholder: "TEXT", describe: "The prompt (default: piped input)" },
    ...MEASURE_OPTIONS,
    "no-save": { type: "flag", describe: "Do not save the comparison" },
  },
  examples: [
    ['codo compare llama3.2 qwen3 -p "Why is the sky blue?"', "Answers, then the verdicts"],
    ["codo compare llama3.2 qwen3 --trials 10 --json < prompt.txt", "The whole report as JSON"],
  ],
  load: () => import("./compare.js"),
};
