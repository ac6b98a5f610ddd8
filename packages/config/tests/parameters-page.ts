import { EXECUTION_OPTION_DEFAULTS, LOAD_TIME_OPTIONS, OLLAMA_CONFIG_DEFAULTS } from "@codo/ollama-contract";
import {
  BUILT_IN_PRESETS,
  ENVIRONMENT_VARIABLES,
  runSettingEntries,
  type SettingSchema,
  scalarEntries,
} from "../src/index.js";
import { describeSetting } from "../src/schema/config-schema.js";

/** The parts of a valibot schema that say what a value may be. */
interface SchemaParts {
  type: string;
  pipe?: SchemaParts[];
  requirement?: unknown;
  options?: (SchemaParts | string)[];
  item?: SchemaParts;
}

const DEFAULTS: Readonly<Record<string, unknown>> = {
  ...OLLAMA_CONFIG_DEFAULTS,
  saveOutputs: true,
  ...EXECUTION_OPTION_DEFAULTS,
};

/** The page of every setting and option, made from the schemas alone. */
export function parametersPage(): string {
  return `${[
    "# Parameters",
    "Every setting and every option, generated from the schemas. A setting's variable overrides the files; `codo config explain KEY` says what is in force and why.",
    "## Settings",
    table(scalarEntries, (key) => key),
    "## Options of a run",
    "Under `options` for every run, under `models.<name>` for one model, under `presets.<name>` for a preset of your own, and as `-o KEY=VALUE` for one call. The defaults are the specification's; **an option that nobody set is not sent**, so that the model's own value counts. Wire names (`num_ctx`) work too. † another value makes the server load the model anew.",
    table(runSettingEntries, (key) => `options.${key}`),
    "## Presets",
    ["| preset | sets |", "|---|---|", ...Object.entries(BUILT_IN_PRESETS).map(presetRow)].join("\n"),
  ].join("\n\n")}\n`;
}

function table(entries: Readonly<Record<string, SettingSchema>>, keyOf: (key: string) => string): string {
  const rows = Object.entries(entries).map(([key, schema]) => {
    const path = keyOf(key);
    const variable = [...ENVIRONMENT_VARIABLES].find(([, target]) => target === path)?.[0] ?? "";
    const reloads = (LOAD_TIME_OPTIONS as readonly string[]).includes(key) ? " †" : "";
    const fallback = key in DEFAULTS ? `\`${JSON.stringify(DEFAULTS[key])}\`` : "";
    const cells = [
      `\`${key}\`${reloads}`,
      describeSetting(schema) ?? "",
      rangeOf(schema as never),
      fallback,
      `\`${variable}\``,
    ];
    return `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  });
  return ["| key | meaning | range | default | variable |", "|---|---|---|---|---|", ...rows].join("\n");
}

function presetRow([name, options]: [string, object]): string {
  return `| \`${name}\` | ${Object.entries(options)
    .map(([key, value]) => `\`${key}=${String(value)}\``)
    .join(" ")} |`;
}

/** What a value may be, in words. */
function rangeOf(schema: SchemaParts): string {
  const actions = (schema.pipe ?? []).flatMap((part) => part.pipe ?? [part]);
  const find = (type: string) => actions.find((action) => action.type === type)?.requirement;
  const kind = kindOf(
    schema,
    actions.some(({ type }) => type === "integer"),
  );
  const [least, most] = [find("min_value"), find("max_value")];
  if (least !== undefined && most !== undefined) return `${kind}, ${String(least)} to ${String(most)}`;
  if (least !== undefined) return `${kind}, at least ${String(least)}`;
  return find("min_length") === undefined ? kind : `${kind}, not empty`;
}

function kindOf(schema: SchemaParts, isInteger: boolean): string {
  const base = schema.pipe?.find(({ pipe }) => pipe !== undefined) ?? schema;
  const type = schema.type;
  if (type === "number") return isInteger ? "whole number" : "number";
  if (type === "boolean") return "true or false";
  if (type === "array") return "list of texts";
  if (type === "custom") return '`"text"`, `"json"` or a schema';
  if (type === "picklist") return (schema.options ?? []).map((option) => `\`"${String(option)}"\``).join(", ");
  if (type === "union") {
    return (base.options ?? [])
      .map((option) => (typeof option === "string" ? option : kindOf(option, false)))
      .join("; ");
  }
  return "text";
}
