import type { CommandSpec, PositionalSpec } from "../../arguments/command-spec.js";
import { REQUEST_TIMEOUT } from "../../running/call-timeouts.js";

const NAME: PositionalSpec = { name: "model", isRequired: true, completes: "models", describe: "Name of the model" };
const NAMES: PositionalSpec = { ...NAME, isMany: true, describe: "Names of the models" };

/** `codo models`: what is installed, what is loaded, and how to change both. */
export const modelsCommand: CommandSpec = {
  name: "models",
  aliases: ["model"],
  summary: "List, get and manage models",
  examples: [
    ["codo models list", "Show what is installed"],
    ["codo models pull llama3.2", "Get a model"],
    ["codo models update --check", "Which models have a newer version"],
  ],
  subcommands: [
    {
      name: "list",
      aliases: ["ls"],
      summary: "List the installed models",
      positionals: [{ name: "filter", describe: "Only names that start with this" }],
      examples: [
        ["codo models list", "All models, newest first"],
        ["codo models list codo --json", "As JSON, those that begin with codo"],
      ],
      load: () => import("./list-models.js"),
    },
    {
      name: "ps",
      summary: "List the models in memory",
      examples: [["codo models ps", "What is loaded, where, and until when"]],
      load: () => import("./list-loaded.js"),
    },
    {
      name: "show",
      summary: "Show what a model is and can do",
      positionals: [NAME],
      options: {
        modelfile: { type: "flag", describe: "Print its Modelfile" },
        template: { type: "flag", describe: "Print its template" },
        license: { type: "flag", describe: "Print its license" },
      },
      examples: [
        ["codo models show codo-tiny", "Architecture, capabilities, parameters, license"],
        ["codo models show codo-tiny --template", "The template alone"],
      ],
      load: () => import("./show-model.js"),
    },
    {
      name: "pull",
      summary: "Download models from the registry; a stalled download resumes",
      positionals: [NAMES],
      options: { insecure: { type: "flag", describe: "Allow plain HTTP and invalid certificates" } },
      examples: [["codo models pull llama3.2 nomic-embed-text", "Get two models"]],
      load: () => import("./pull-models.js"),
    },
    {
      name: "rm",
      aliases: ["remove", "delete"],
      summary: "Delete models",
      positionals: [NAMES],
      examples: [["codo models rm my-model", "Delete a model"]],
      load: () => import("./remove-models.js"),
    },
    {
      name: "cp",
      aliases: ["copy"],
      summary: "Copy a model to another name",
      positionals: [
        { ...NAME, name: "source" },
        { name: "destination", isRequired: true, describe: "The new name" },
      ],
      examples: [["codo models cp llama3.2 my-model", "Use llama3.2 also as my-model"]],
      load: () => import("./copy-model.js"),
    },
    {
      name: "create",
      summary: "Create a model from a GGUF file or a Modelfile",
      positionals: [{ name: "model", isRequired: true, describe: "Name of the new model" }],
      options: {
        gguf: { type: "text", placeholder: "FILE", completes: "files", describe: "The model's weights, a GGUF file" },
        file: {
          type: "text",
          alias: "f",
          placeholder: "FILE",
          completes: "files",
          describe: "The Modelfile (default: Modelfile in this folder)",
        },
        quantize: { type: "text", placeholder: "LEVEL", describe: "Quantize to this level, such as q4_K_M" },
        "allow-outside": {
          type: "flag",
          describe: "Let the Modelfile use files outside its folder; they are uploaded",
        },
      },
      examples: [
        ["codo models create my-model --gguf ./model.gguf", "Create my-model from a local GGUF file"],
        ["codo models create my-model -f ./Modelfile", "Create it with a system prompt, parameters and more"],
      ],
      load: () => import("./create-model.js"),
    },
    {
      name: "load",
      summary: "Load models into memory",
      positionals: [NAMES],
      options: {
        "keep-alive": { type: "text", placeholder: "TIME", describe: "How long they stay loaded, such as 30m" },
        timeout: REQUEST_TIMEOUT,
      },
      examples: [["codo models load codo-tiny --keep-alive 30m", "Load it and keep it for half an hour"]],
      load: () => import("./load-models.js"),
    },
    {
      name: "unload",
      aliases: ["stop"],
      summary: "Unload models from memory",
      positionals: [NAMES],
      options: { timeout: REQUEST_TIMEOUT },
      examples: [["codo models unload codo-tiny", "Free its memory"]],
      load: () => import("./unload-models.js"),
    },
    {
      name: "stats",
      summary: "Count models and bytes",
      examples: [["codo models stats", "By family and quantization"]],
      load: () => import("./model-stats.js"),
    },
    {
      name: "update",
      summary: "Update models to their newest version",
      positionals: [{ ...NAMES, isRequired: false, describe: "Names of the models (default: all)" }],
      options: { check: { type: "flag", describe: "Only report which have a newer version" } },
      examples: [["codo models update --check", "Look, and change nothing"]],
      load: () => import("./update-models.js"),
    },
  ],
};
