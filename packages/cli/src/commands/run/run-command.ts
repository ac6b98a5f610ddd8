import type { CommandSpec } from "../../arguments/command-spec.js";
import { RUN_OPTIONS, TEMPLATE_OPTIONS } from "../../running/run-option-specs.js";
import { TOOL_OPTIONS } from "../../running/tools/tool-options.js";

/** `codo run`: one prompt, one answer. */
export const runCommand: CommandSpec = {
  name: "run",
  summary: "Ask a model",
  details: "Piped input is put before the prompt. The answer goes to stdout, everything else to stderr.",
  positionals: [{ name: "prompt", isMany: true, describe: "The prompt, after a model's name if you like; - is stdin" }],
  options: {
    ...RUN_OPTIONS,
    ...TEMPLATE_OPTIONS,
    ...TOOL_OPTIONS,
    continue: { type: "flag", alias: "c", describe: "Continue the last conversation" },
    attach: {
      type: "list",
      alias: "a",
      placeholder: "FILE|URL",
      completes: "files",
      describe: "An image or a document: a file, http(s):, data: or - for stdin; repeatable",
    },
    image: {
      type: "list",
      placeholder: "FILE",
      completes: "files",
      describe: "An image, for a vision model; repeatable",
    },
    context: {
      type: "list",
      placeholder: "FILE",
      completes: "files",
      describe: "A document to answer from; repeatable",
    },
    tag: { type: "list", placeholder: "TAG", describe: "A tag for the saved result; repeatable" },
    "no-save": { type: "flag", describe: "Do not save the result" },
    raw: { type: "flag", describe: "Print the answer as it is: Markdown, control and escape sequences" },
    stream: { type: "flag", describe: "With --json: print events as JSON lines" },
  },
  examples: [
    ['codo run "Why is the sky blue?"', "Ask the default model"],
    ['git diff | codo run "Write a commit message" --preset precise', "Use piped text"],
    ['codo run -m ./model.gguf "Why is the sky blue?"', "Ask a model from a file"],
    ["codo run -m llama3.2 -o temperature=0 -o seed=1 Hello", "Choose model and options"],
    ['codo run "List three colours" --format json --json', "Get JSON in a JSON result"],
  ],
  load: () => import("./run.js"),
};
