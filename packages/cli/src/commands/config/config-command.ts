import type { CommandSpec, OptionSpec, PositionalSpec } from "../../arguments/command-spec.js";

const KEY: PositionalSpec = { name: "key", isRequired: true, completes: "settings", describe: "The setting" };
const PROJECT: Readonly<Record<string, OptionSpec>> = {
  project: { type: "flag", describe: "Change the project's file, not the user's" },
};

/** `codo config`: settings, and where each comes from. */
export const configCommand: CommandSpec = {
  name: "config",
  summary: "Read, change and explain settings",
  examples: [
    ["codo config set defaultModel codo-tiny", "Choose the model that is used when none is named"],
    ["codo config set models.llama3.2.numCtx 8192", "Give one model a larger context"],
    ["codo config explain temperature --preset fast", "Show which layer sets a value"],
  ],
  subcommands: [
    {
      name: "list",
      aliases: ["ls"],
      summary: "List the settings and where each value comes from",
      examples: [["codo config list", "Key, value and source"]],
      load: () => import("./list-settings.js"),
    },
    {
      name: "get",
      summary: "Print one value",
      positionals: [KEY],
      examples: [["codo config get serverPort", "Print the port"]],
      load: () => import("./get-setting.js"),
    },
    {
      name: "set",
      summary: "Set one value",
      positionals: [KEY, { name: "value", isRequired: true, describe: "Its value; JSON for lists and numbers" }],
      options: PROJECT,
      examples: [
        ["codo config set temperature 0.2", "For every run"],
        ["codo config set presets.terse.numPredict 40", "In a preset of your own"],
      ],
      load: () => import("./set-setting.js"),
    },
    {
      name: "unset",
      summary: "Remove one value from the settings file",
      positionals: [KEY],
      options: PROJECT,
      examples: [["codo config unset temperature", "Back to what lower layers say"]],
      load: () => import("./unset-setting.js"),
    },
    {
      name: "explain",
      summary: "Show which layer set a value, and the values it overrides",
      positionals: [KEY],
      options: {
        model: {
          type: "text",
          alias: "m",
          placeholder: "NAME",
          completes: "models",
          describe: "For runs of this model",
        },
        preset: { type: "text", placeholder: "NAME", completes: "presets", describe: "For runs with this preset" },
      },
      examples: [["codo config explain serverPort", "Value, layer, and the values below it"]],
      load: () => import("./explain-setting.js"),
    },
    {
      name: "validate",
      summary: "Report every problem and warning at once",
      options: { offline: { type: "flag", describe: "Do not ask the server for its models" } },
      examples: [["codo config validate --offline", "Check the files alone"]],
      load: () => import("./validate-config.js"),
    },
    {
      name: "export",
      summary: "Write the settings as one portable file, without secrets",
      positionals: [{ name: "file", isRequired: true, completes: "files", describe: "Where to write it" }],
      options: { secrets: { type: "flag", describe: "Include secrets" } },
      examples: [["codo config export settings.json", "For another machine"]],
      load: () => import("./export-config.js"),
    },
    {
      name: "import",
      summary: "Import a portable file, or one of the Python module; all of it or nothing",
      positionals: [{ name: "file", isRequired: true, completes: "files", describe: "The file" }],
      options: { ...PROJECT, "dry-run": { type: "flag", describe: "Show what would change" } },
      examples: [["codo config import settings.json --dry-run", "Look first"]],
      load: () => import("./import-config.js"),
    },
    {
      name: "reset",
      summary: "Empty the settings file and keep a backup",
      options: PROJECT,
      examples: [["codo config reset", "Back to the defaults; also repairs a broken file"]],
      load: () => import("./reset-config.js"),
    },
    {
      name: "path",
      summary: "Print the path of the settings file",
      options: PROJECT,
      examples: [["codo config path", "The user's file"]],
      load: () => import("./config-path.js"),
    },
    {
      name: "presets",
      summary: "List the presets and their values",
      examples: [["codo config presets", "The five built-in ones and your own"]],
      load: () => import("./list-presets.js"),
    },
  ],
};
