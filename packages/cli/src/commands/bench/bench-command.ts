import type { CommandSpec, OptionSpec } from "../../arguments/command-spec.js";
import { REQUEST_TIMEOUT } from "../../running/call-timeouts.js";

/** Options of every command that measures. */
export const MEASURE_OPTIONS: Readonly<Record<string, OptionSpec>> = {
  option: { type: "list", alias: "o", placeholder: "KEY=VALUE", describe: "An option of the runs; repeatable" },
  preset: { type: "text", placeholder: "NAME", completes: "presets", describe: "A preset for the runs" },
  endpoint: {
    type: "text",
    choices: ["chat", "generate", "embed"],
    describe: "The endpoint to measure (default: chat)",
  },
  trials: { type: "number", placeholder: "N", describe: "Number of trials (default: 5)" },
  requests: { type: "number", placeholder: "N", describe: "Measured requests in each trial" },
  warmup: { type: "number", placeholder: "N", describe: "Warm-up requests that are not measured (default: 1)" },
  "output-tokens": { type: "number", placeholder: "N", describe: "Maximum output tokens of each request" },
  timeout: REQUEST_TIMEOUT,
  prompts: { type: "text", placeholder: "FILE", completes: "files", describe: "A file with one prompt on each line" },
  concurrency: { type: "list", alias: "c", placeholder: "N", describe: "Concurrent requests; repeatable" },
  rps: { type: "list", placeholder: "N", describe: "Requests per second, Poisson arrivals; repeatable" },
  depth: { type: "list", placeholder: "TOKENS", describe: "Prompt length in tokens; repeatable" },
  cold: { type: "flag", describe: "Also measure a cold start (the model unloaded)" },
  "bust-cache": { type: "flag", describe: "Begin each prompt differently, so that none comes from the server's cache" },
  slo: { type: "list", placeholder: "OBJECTIVE", describe: 'Such as "p95(ttft_ms) <= 800"; repeatable' },
  journal: {
    type: "text",
    placeholder: "FILE",
    completes: "files",
    describe: "Write each request to this JSONL file",
  },
  resume: { type: "flag", describe: "Continue where the journal ends" },
  "no-save": { type: "flag", describe: "Do not save the report" },
  seed: { type: "number", placeholder: "N", describe: "Seed for nonces and arrival times (default: 1)" },
};

/** Options of every command that prints a report. */
export const REPORT_OPTIONS: Readonly<Record<string, OptionSpec>> = {
  format: {
    type: "text",
    choices: ["text", "markdown", "html", "csv", "json", "junit"],
    describe: "Format of the report (default: by the extension of --output, else text)",
  },
  output: { type: "text", alias: "O", placeholder: "FILE", completes: "files", describe: "Write the report to a file" },
  baseline: { type: "text", placeholder: "FILE", completes: "files", describe: "A JSON report to compare with" },
  strict: { type: "flag", describe: "Exit with 5 when the comparison is inconclusive" },
};

/** `codo bench`: how fast a model is. */
export const benchCommand: CommandSpec = {
  name: "bench",
  summary: "Measure models: time to first token, rates, errors, with confidence intervals",
  details:
    "Exit status 3 when an objective is missed, 4 for a regression against the baseline, 5 with --strict when the comparison is inconclusive.",
  positionals: [{ name: "prompt", isMany: true, describe: "Prompts (default: a built-in one)" }],
  options: {
    model: {
      type: "list",
      alias: "m",
      placeholder: "NAME",
      completes: "models",
      describe: "A model, or its GGUF file; repeatable",
    },
    ...MEASURE_OPTIONS,
    ...REPORT_OPTIONS,
  },
  examples: [
    ["codo bench -m codo-tiny --trials 5", "Measure a model"],
    ["codo bench -m codo-tiny -c 1 -c 4 -c 8", "Measure three levels of concurrency"],
    ['codo bench -m codo-tiny --slo "p95(ttft_ms) <= 800" --baseline last.json', "In a pipeline: exit status 3 or 4"],
  ],
  load: () => import("./bench.js"),
};
