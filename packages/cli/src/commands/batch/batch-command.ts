import type { CommandSpec } from "../../arguments/command-spec.js";
import { QUEUE_OPTIONS } from "../../running/queue-options.js";
import { RUN_OPTIONS, TEMPLATE_OPTIONS } from "../../running/run-option-specs.js";

/** `codo batch`: many prompts, with resume. */
export const batchCommand: CommandSpec = {
  name: "batch",
  summary: "Run many prompts from a JSONL file; run it again to continue where it stopped",
  details:
    "Each line is a prompt, or an object with id, prompt or messages, system, options, format. Results are written to a journal beside the input; items that it holds are not run again.",
  positionals: [{ name: "input", completes: "files", describe: "JSONL file (default: piped input)" }],
  options: {
    ...RUN_OPTIONS,
    ...TEMPLATE_OPTIONS,
    output: {
      type: "text",
      alias: "O",
      placeholder: "FILE",
      completes: "files",
      describe: "The journal (default: INPUT.results.jsonl)",
    },
    journal: {
      type: "text",
      placeholder: "FILE",
      completes: "files",
      describe: "The journal; the same as --output",
    },
    concurrency: {
      type: "number",
      alias: "c",
      placeholder: "N",
      describe: "Maximum concurrent prompts (default: auto)",
    },
    "retry-errors": { type: "flag", describe: "Retry the items that failed" },
    "continue-anyway": { type: "flag", describe: "Continue a journal of another model or other options" },
    ...QUEUE_OPTIONS,
    detach: { type: "flag", describe: "With --queue: submit the items, print the batch's id, and end" },
    save: { type: "flag", describe: "Also save the batch to the outputs" },
  },
  examples: [
    ["codo batch prompts.jsonl -m codo-tiny", "Run all, with progress; run it again to continue"],
    ["codo batch prompts.jsonl --retry-errors -c 4", "Retry the failed ones, at most four at once"],
    ["codo batch prompts.jsonl -m llama3.2 --queue redis://queue.lan", "Run them on the workers of a queue"],
    ["codo batch < prompts.txt > answers.jsonl", "In a pipe: each line is a prompt, each result a line"],
  ],
  load: () => import("./batch.js"),
};
