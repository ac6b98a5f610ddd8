import type { CommandSpec } from "../../arguments/command-spec.js";
import { MEASURE_OPTIONS, REPORT_OPTIONS } from "../bench/bench-command.js";

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
      describe: "Two models or more, or their GGUF files; the first is the baseline",
    },
  ],
  options: {
    prompt: { type: "text", alias: "p", placeholder: "TEXT", describe: "The prompt (default: piped input)" },
    ...MEASURE_OPTIONS,
    ...REPORT_OPTIONS,
  },
  details:
    "Takes what `codo bench` takes. Exit status 3 when an objective is missed, 4 for a regression against --baseline.",
  examples: [
    ['codo compare llama3.2 qwen3 -p "Why is the sky blue?"', "Answers, then the verdicts"],
    ["codo compare llama3.2 qwen3 --trials 10 --json < prompt.txt", "The whole report as JSON"],
    ["codo compare llama3.2 qwen3 --prompts prompts.txt -c 1 -c 4 -O models.html", "Several prompts, as a page"],
  ],
  load: () => import("./compare.js"),
};
