import type { CommandSpec, OptionSpec, PositionalSpec } from "../../arguments/command-spec.js";

const FILTERS: Readonly<Record<string, OptionSpec>> = {
  model: { type: "text", alias: "m", placeholder: "NAME", completes: "models", describe: "Only of this model" },
  kind: {
    type: "text",
    choices: ["output", "result", "batch", "benchmark", "comparison", "config"],
    describe: "Only of this kind",
  },
  since: { type: "text", placeholder: "TIME", describe: "Only from this date on, or since 7d, 12h, 30m ago" },
  until: { type: "text", placeholder: "TIME", describe: "Only before this date" },
  tag: { type: "list", placeholder: "TAG", describe: "Only with this tag; repeatable" },
  failed: { type: "flag", describe: "Only what failed" },
  succeeded: { type: "flag", describe: "Only what succeeded" },
};

const RESULTS: readonly PositionalSpec[] = [
  { name: "id", isRequired: true, isMany: true, describe: "Ids, their beginnings, last, last~2, or files" },
];

/** `codo outputs`: every result that was kept. */
export const outputsCommand: CommandSpec = {
  name: "outputs",
  aliases: ["output"],
  summary: "Find, show, export and remove saved results",
  examples: [
    ["codo outputs list --limit 5", "The newest five"],
    ["codo outputs show -x", "The code of the last answer"],
    ['codo outputs search "blue sky"', "Full-text search"],
  ],
  subcommands: [
    {
      name: "list",
      aliases: ["ls"],
      summary: "List saved results, newest first",
      options: {
        ...FILTERS,
        limit: { type: "number", alias: "n", placeholder: "N", describe: "Maximum number of entries (default: 20)" },
        cursor: { type: "text", placeholder: "CURSOR", describe: "Continue after a page: its nextCursor" },
      },
      examples: [["codo outputs list --since 7d --json", "Those of the last week, as JSON"]],
      load: () => import("./list-outputs.js"),
    },
    {
      name: "show",
      summary: "Show a saved result (default: the newest)",
      positionals: [{ name: "id", describe: "Its id, the beginning of it, last, last~2, or its file" }],
      options: {
        response: { type: "flag", alias: "r", describe: "Print the answer alone" },
        code: { type: "flag", alias: "x", describe: "Print the code blocks of the answer alone" },
        raw: { type: "flag", describe: "Print control and escape sequences unchanged" },
      },
      examples: [
        ["codo outputs show -r", "The last answer again"],
        ["codo outputs show -x > script.sh", "Its code into a file"],
      ],
      load: () => import("./show-output.js"),
    },
    {
      name: "search",
      summary: "Search prompts and answers",
      positionals: [{ name: "query", isRequired: true, isMany: true, describe: 'Words, or "a phrase"' }],
      options: {
        ...FILTERS,
        limit: { type: "number", alias: "n", placeholder: "N", describe: "Maximum number of entries (default: 10)" },
      },
      examples: [["codo outputs search capital france", "Best matches first"]],
      load: () => import("./search-outputs.js"),
    },
    {
      name: "stats",
      summary: "Count saved results",
      examples: [["codo outputs stats", "By kind and model"]],
      load: () => import("./output-stats.js"),
    },
    {
      name: "export",
      summary: "Write results to a JSONL, CSV or Markdown file",
      positionals: [
        {
          name: "file",
          isRequired: true,
          completes: "files",
          describe: "The file, whose extension sets the format; `-` is stdout",
        },
      ],
      options: {
        ...FILTERS,
        format: {
          type: "text",
          choices: ["jsonl", "csv", "markdown"],
          describe: "Format (default: by the extension; jsonl for stdout)",
        },
      },
      examples: [
        ["codo outputs export answers.md --since 7d", "Last week as Markdown"],
        ["codo outputs export - --format csv > answers.csv", "To stdout"],
      ],
      load: () => import("./export-outputs.js"),
    },
    {
      name: "import",
      summary: "Import what `codo outputs export` wrote as JSONL",
      details: "What is there already is passed over, by its id. A folder is imported as the Python module's results.",
      positionals: [
        { name: "file", isRequired: true, completes: "files", describe: "The file; `-` reads the piped input" },
      ],
      examples: [["codo outputs import answers.jsonl", "Results of another machine"]],
      load: () => import("./import-outputs.js"),
    },
    {
      name: "pin",
      summary: "Keep results through every clean-up",
      positionals: RESULTS,
      examples: [["codo outputs pin last", "`clean` never removes it"]],
      load: () => import("./pin-outputs.js"),
    },
    {
      name: "unpin",
      summary: "Let clean-ups remove results again",
      positionals: RESULTS,
      examples: [["codo outputs unpin last~2", "No longer pinned"]],
      load: () => import("./unpin-outputs.js"),
    },
    {
      name: "edit-tags",
      summary: "Change the tags of results",
      positionals: RESULTS,
      options: {
        add: { type: "list", placeholder: "TAGS", describe: "Add tags: a,b; repeatable" },
        remove: { type: "list", placeholder: "TAGS", describe: "Remove tags: a,b; repeatable" },
        set: { type: "list", placeholder: "TAGS", describe: 'Replace all tags: a,b; "" for none' },
      },
      examples: [["codo outputs edit-tags last --add good,checked", "Add two tags"]],
      load: () => import("./edit-tags.js"),
    },
    {
      name: "rm",
      aliases: ["remove", "delete"],
      summary: "Remove results",
      positionals: RESULTS,
      examples: [["codo outputs rm 01JDAB0000000000000000000A", "Remove one"]],
      load: () => import("./remove-outputs.js"),
    },
    {
      name: "clean",
      summary: "Remove old results; pinned ones stay",
      options: {
        days: {
          type: "number",
          placeholder: "N",
          describe: "Remove what is older than N days (default: retentionDays, or 30)",
        },
        count: { type: "number", placeholder: "N", describe: "Keep at most the newest N" },
        bytes: { type: "number", placeholder: "N", describe: "Keep at most N bytes of the newest" },
        "dry-run": { type: "flag", describe: "Show what would be removed" },
      },
      examples: [["codo outputs clean --days 90 --dry-run", "Look first"]],
      load: () => import("./clean-outputs.js"),
    },
    {
      name: "path",
      summary: "Print the folder of the saved results",
      examples: [["codo outputs path", "The folder for saved results"]],
      load: () => import("./output-path.js"),
    },
    {
      name: "rebuild",
      summary: "Rebuild the index from the records",
      examples: [["codo outputs rebuild", "After files were changed by hand"]],
      load: () => import("./rebuild-index.js"),
    },
  ],
};
