import type { CommandSpec, OptionSpec, PositionalSpec } from "../../arguments/command-spec.js";

const NAME: PositionalSpec = { name: "name", isRequired: true, completes: "templates", describe: "The template" };
const PROJECT: Readonly<Record<string, OptionSpec>> = {
  project: { type: "flag", describe: "The project's template (.codo/templates), not the user's" },
};

/** `codo templates`: prompts that are used again. */
export const templatesCommand: CommandSpec = {
  name: "templates",
  aliases: ["template"],
  summary: "List, show and edit prompt templates",
  details:
    "A template is a YAML file, or Markdown with front matter: description, model, system, prompt, options, schema, variables. {{input}} is replaced by the prompt or the piped input, {{name}} by a variable.",
  examples: [
    ["codo templates list", "The project's and your own"],
    ["codo templates edit summarize", "Create one, in $EDITOR"],
    ["codo run -t summarize -p lang=de < article.txt", "Use a template"],
  ],
  subcommands: [
    {
      name: "list",
      aliases: ["ls"],
      summary: "List the templates, with their variables",
      examples: [["codo templates list", "Name, variables, description and folder"]],
      load: () => import("./list-templates.js"),
    },
    {
      name: "show",
      aliases: ["cat"],
      summary: "Print the file of a template",
      positionals: [NAME],
      examples: [["codo templates show summarize", "Unchanged"]],
      load: () => import("./show-template.js"),
    },
    {
      name: "edit",
      summary: "Edit a template in $VISUAL or $EDITOR, or create it",
      positionals: [NAME],
      options: PROJECT,
      examples: [["codo templates edit summarize", "Create or change it"]],
      load: () => import("./edit-template.js"),
    },
    {
      name: "rm",
      aliases: ["remove", "delete"],
      summary: "Remove a template",
      positionals: [NAME],
      options: PROJECT,
      examples: [["codo templates rm summarize", "Remove its file"]],
      load: () => import("./remove-template.js"),
    },
  ],
};
