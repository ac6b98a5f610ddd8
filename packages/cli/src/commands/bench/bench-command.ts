import type { CommandSpec, OptionSpec } from "../../arguments/command-spec.js";
import { REQUEST_TIMEOUT } from "../../running/call-timeouts.js";

/** Options of every command that measures. */
export const MEASURE_OPTIONS: Readonly<Record<string, OptionSpec>> = {
  option: { type: "list", alias: "o", placeholder: "KEY=VALUE", describe: "An option of the runs; repeatable" },
  preset: { type: "text", placeholder: "NAME", completes: "presets", describe: "A preset for the runs" },
  trials: { type: "number", placeholder: "N", describe: "Repetitions, 5 by default" },
  requests: { type: "number", placeholder: "N", describe: "Measured requests in each trial" },
  warmup: { type: "number", placeholder: "N", describe: "Requests before that do not count, 1 by default" },
  "output-tokens": { type: "number", placeholder: "N", describe: "Most tokens of each answer" },
  timeout: REQUEST_TIMEOUT,
  seed: { type: "number", placeholder: "N", describe: "For nonces and gaps, 1 by default" },
};

/** Options of every command that prints a report. */
export const REPORT_OPTIONS: Readonly<Record<string, OptionSpec>> = {
  format: {
    type: "text",
    choices: ["text", "markdown", "html", "csv", "json", "junit"],
    describe: "How to print the report; told by --output's ending, else text",
  },
  output: { type: "text", alias: "O", placeholder: "FILE", completes: "files", describe: "Write the report to a file" },
  baseline: { type: "text", placeholder: "FILE", completes: "files", describe: "A JSON report to compare with" },
  strict: { type: "flag", describe: "Exit with 5 where the comparison is inconclusive" },
};

/** `codo bench`: how fast a model is. */
export const benchCommand: CommandSpec = {
  name: "bench",
  summary: "Measure models: time to first token, rates, errors, with confidence intervals",
  details:
    "Exit status 3 when an objective is missed, 4 for a regression against the baseline, 5 with --strict where it cannot be told.",
  positionals: [{ name: "prompt", isMany: true, describe: "Prompts; a built-in one by default" }],
  options: {
    model: {
      type: "list",
      alias: "m",
      placeholder: "NAME",
      completes: "models",
      describe: "A model, or its GGUF file; repeatable",
    },
    ...MEASURE_OPTIONS,
    prompts: { type: "text", placeholder: "FILE", completes: "files", describe: "A file with a prompt a line" },
    endpoint: { type: "text", choices: ["chat", "generate", "embed"], describe: "What to measure, chat by default" },
    concurrency: { type: "list", alias: "c", placeholder: "N", describe: "So many at once; repeatable" },
    rps: { type: "list", placeholder: "N", describe: "So many a second, at random gaps; repeatable" },
    depth: { type: "list", placeholder: "TOKENS", describe: "Prompts of this length; repeatable" },
    cold: { type: "flag", describe: "Also begin with an unloaded model" },
    slo: { type: "list", placeholder: "OBJECTIVE", describe: 'Such as "p95(ttft_ms) <= 800"; repeatable' },
    journal: {
      type: "text",
      placeholder: "FILE",
      completes: "files",
      describe: "Write each request to this JSONL file",
    },
    resume: { type: "flag", describe: "Go on where the journal ends" },
    "no-save": { type: "flag", describe: "Do not keep the report" },
    ...REPORT_OPTIONS,
  },
  examples: [
    ["codo bench -m codo-tiny --trials 5", "Measure a model"],
    ["codo bench -m codo-tiny -c 1 -c 4 -c 8", "How much it does at once"],
    ['codo bench -m codo-tiny --slo "p95(ttft_ms) <= 800" --baseline last.json', "In a pipeline: exit status 3 or 4"],
  ],
  load: () => import("./bench.js"),
};
