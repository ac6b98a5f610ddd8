import type { CommandSpec } from "../../arguments/command-spec.js";
import { MEASURE_OPTIONS } from "../bench/bench-command.js";

/** `codo compare`: several models, one prompt. */
export const compareCommand: CommandSpec = {
  name: "compare",
  summary: "Ask several models the same, side by side, and measure who is faster",
  positionals: [
    {
      name: "model",
      isRequired: true,
      isMany: true,
      completes: "models",
      describe: "Two models or more; the first is the measure",
    },
  ],
  options: {
    prompt: { type: "text", alias: "p", placeholder: "TEXT", describe: "What to ask; piped input without it" },
    ...MEASURE_OPTIONS,
    "no-save": { type: "flag", describe: "Do not keep the comparison" },
  },
  examples: [
    ['codo compare llama3.2 qwen3 -p "Why is the sky blue?"', "Answers, then the verdicts"],
    ["codo compare llama3.2 qwen3 --trials 10 --json < prompt.txt", "The whole report as JSON"],
  ],
  load: () => import("./compare.js"),
};
