import type { CommandSpec } from "../../arguments/command-spec.js";
import { RUN_OPTIONS } from "../../running/run-option-specs.js";

/** `codo run`: one prompt, one answer. */
export const runCommand: CommandSpec = {
  name: "run",
  summary: "Ask a model",
  details: "What is piped in stands before the prompt. The answer goes to stdout, everything else to stderr.",
  positionals: [{ name: "prompt", isMany: true, describe: "What to ask; several words are joined" }],
  options: {
    ...RUN_OPTIONS,
    image: {
      type: "list",
      placeholder: "FILE",
      completes: "files",
      describe: "An image for a model that sees; repeatable",
    },
    context: {
      type: "list",
      placeholder: "FILE",
      completes: "files",
      describe: "A document to answer from; repeatable",
    },
    tag: { type: "list", placeholder: "TAG", describe: "A tag to find the result by; repeatable" },
    "no-save": { type: "flag", describe: "Do not keep the result" },
    raw: { type: "flag", describe: "Show control and escape sequences of the answer as they are" },
    stream: { type: "flag", describe: "With --json: print events as JSON lines" },
  },
  examples: [
    ['codo run "Why is the sky blue?"', "Ask the default model"],
    ['git diff | codo run "Write a commit message" --preset precise', "Let it work on piped text"],
    ['codo run -m ./model.gguf "Why is the sky blue?"', "Ask a model from a file"],
    ["codo run -m llama3.2 -o temperature=0 -o seed=1 Hello", "Choose model and options"],
    ['codo run "List three colours" --format json --json', "Get JSON in a JSON result"],
  ],
  load: () => import("./run.js"),
};
