import type { CommandSpec } from "../../arguments/command-spec.js";
import { QUEUE_OPTIONS } from "../../running/queue-options.js";
import { RUN_OPTIONS, TEMPLATE_OPTIONS } from "../../running/run-option-specs.js";
import { INPUT_FORMATS } from "./input-format.js";

/** `codo batch`: many prompts, with resume. */
export const batchCommand: CommandSpec = {
  name: "batch",
  summary: "Run many prompts from a file; run it again to continue where it stopped",
  details:
    "The file is JSONL, a JSON array, a CSV or TSV table with a header, or text with a prompt a line. An item is a prompt, or has fields: id, prompt or messages, system, model, format, images, think, tools, keep_alive, options, or an option such as temperature. Lines of OpenAI's batch input are run too. Results are written to a journal beside the input; items that it holds are not run again.",
  positionals: [
    { name: "input", completes: "files", describe: "JSONL, JSON, CSV, TSV or text file (default: piped input)" },
  ],
  options: {
    ...RUN_OPTIONS,
    ...TEMPLATE_OPTIONS,
    "input-format": {
      type: "text",
      choices: INPUT_FORMATS,
      describe: "What the input is (default: by its name, else by its first line)",
    },
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
    openai: { type: "flag", describe: "Print the results as lines of OpenAI's batch output" },
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
    ["codo batch table.csv -m codo-tiny", "A row is an item; the column `prompt` is its prompt"],
    ["codo batch requests.jsonl -m codo-tiny --openai", "OpenAI's batch format, in and out"],
    ["codo batch < prompts.txt > answers.jsonl", "In a pipe: each line is a prompt, each result a line"],
  ],
  load: () => import("./batch.js"),
};
