import type { CommandSpec } from "../../arguments/command-spec.js";
import { RUN_OPTIONS } from "../../running/run-option-specs.js";

/** `codo batch`: many prompts, with resume. */
export const batchCommand: CommandSpec = {
  name: "batch",
  summary: "Run many prompts from a JSONL file; run again to go on where it ended",
  details:
    "A line is a prompt, or an object with id, prompt or messages, system, options, format. Results gather in a journal beside the input; what is in it is not run again.",
  positionals: [{ name: "input", completes: "files", describe: "JSONL file; piped input without it" }],
  options: {
    ...RUN_OPTIONS,
    output: {
      type: "text",
      alias: "O",
      placeholder: "FILE",
      completes: "files",
      describe: "The journal; INPUT.results.jsonl by default",
    },
    concurrency: {
      type: "number",
      alias: "c",
      placeholder: "N",
      describe: "Most prompts at once; found out by default",
    },
    "retry-errors": { type: "flag", describe: "Run what failed before again" },
    "continue-anyway": { type: "flag", describe: "Go on with a journal of another model or other options" },
    save: { type: "flag", describe: "Also keep the batch among the outputs" },
  },
  examples: [
    ["codo batch prompts.jsonl -m codo-tiny", "Run all, with progress; again to go on"],
    ["codo batch prompts.jsonl --retry-errors -c 4", "The failed ones again, at most four at once"],
    ["codo batch < prompts.txt > answers.jsonl", "In a pipe: a prompt a line, a result a line"],
  ],
  load: () => import("./batch.js"),
};
