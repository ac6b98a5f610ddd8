import type { OptionSpec } from "../arguments/command-spec.js";

/** Options of every command that runs a model. */
export const RUN_OPTIONS: Readonly<Record<string, OptionSpec>> = {
  model: {
    type: "text",
    alias: "m",
    placeholder: "NAME",
    completes: "models",
    describe: "The model: its name or its GGUF file",
  },
  option: {
    type: "list",
    alias: "o",
    placeholder: "KEY=VALUE",
    describe: "An option, such as temperature=0; repeatable",
  },
  preset: { type: "text", placeholder: "NAME", completes: "presets", describe: "A preset, such as fast or precise" },
  system: { type: "text", alias: "s", placeholder: "TEXT", describe: "The system prompt" },
  format: {
    type: "text",
    placeholder: "json|FILE",
    completes: "files",
    describe: "json, or a file with a JSON Schema",
  },
  think: {
    type: "text",
    choices: ["true", "false", "low", "medium", "high", "max"],
    implied: "true",
    describe: "Turn thinking on or off, or set its level",
  },
  "keep-alive": {
    type: "text",
    placeholder: "TIME",
    describe: "How long the model stays loaded, such as 5m; -1 means for ever",
  },
  timeout: { type: "number", placeholder: "SECONDS", describe: "Time limit for each answer" },
};

/** Options of every command that can take its prompt from a template. */
export const TEMPLATE_OPTIONS: Readonly<Record<string, OptionSpec>> = {
  template: {
    type: "text",
    alias: "t",
    placeholder: "NAME|FILE",
    completes: "templates",
    describe: "A prompt template: its name or its file",
  },
  param: {
    type: "list",
    alias: "p",
    placeholder: "NAME=VALUE",
    describe: "A variable of the template; repeatable",
  },
};
