import {
  executionOptionEntries,
  type OllamaConfig,
  ollamaConfigEntries,
  type PartialExecutionOptions,
} from "@codo/ollama-contract";
import * as v from "valibot";

/** What a run is made with beside its options; the same in `options`, a preset and a model's entry. */
export interface RunExtras {
  /** A note for people: what this is for. */
  description?: string;
  /** The system prompt. */
  system?: string;
  /** How long the model stays in memory afterwards: seconds, or a Go duration such as `"5m"`; negative is for ever. */
  keepAlive?: number | string;
  /** Thinking: on, off or a level. */
  think?: boolean | "low" | "medium" | "high" | "max";
  /** Timeout of a whole run in seconds; 0 is no limit. */
  timeout?: number;
}

/** Execution options with what else a run is made with; unknown keys are kept. `null` takes a lower layer's value off. */
export type RunSettings = PartialExecutionOptions & { [K in keyof RunExtras]?: RunExtras[K] | null | undefined } & {
  [key: string]: unknown;
};

/** How a server of tools (MCP) is reached: a program that is started, or an address. */
export interface McpServerSettings {
  command?: string;
  args?: string[];
  /** Variables for the program, beside those of this process. */
  env?: Record<string, string>;
  url?: string;
  headers?: Record<string, string>;
}

/** A configuration as a file holds it: only what is set there, unknown keys included. */
export interface ConfigSettings extends Partial<OllamaConfig> {
  $schema?: string;
  /** Sent as a bearer token, and only to the server it was configured for. */
  apiKey?: string;
  /** Whether `codo` keeps every result. @defaultValue true */
  saveOutputs?: boolean;
  /** Age in days after which a clean-up removes results. */
  retentionDays?: number;
  /** Servers of tools (MCP) by name, for `codo run --mcp NAME`: a program, or the address of a server. */
  mcpServers?: Record<string, McpServerSettings>;
  /** Settings of every run. */
  options?: RunSettings;
  /** A user's own presets by name. */
  presets?: Record<string, RunSettings>;
  /** Settings of models by name, compared as Ollama compares names. */
  models?: Record<string, RunSettings>;
  [key: string]: unknown;
}

/** A schema of unknown shape: what every entry of the tables below is. */
export type SettingSchema = v.GenericSchema<unknown>;

const runExtraEntries: Readonly<Record<keyof RunExtras, SettingSchema>> = {
  description: v.pipe(v.string(), v.metadata({ description: "A note for people: what this is for." })) as SettingSchema,
  system: v.pipe(v.string(), v.metadata({ description: "The system prompt." })) as SettingSchema,
  keepAlive: v.pipe(
    v.union([v.number(), v.pipe(v.string(), v.regex(/^-?(?:\d+(?:\.\d+)?|(?:\d+(?:\.\d*)?(?:ns|us|ms|s|m|h))+)$/))]),
    v.metadata({
      description: 'How long the model stays in memory: seconds, or a duration such as "5m"; negative is for ever.',
    }),
  ) as SettingSchema,
  think: v.pipe(
    v.union([v.boolean(), v.picklist(["low", "medium", "high", "max"])]),
    v.metadata({ description: "Thinking: on, off or a level." }),
  ) as SettingSchema,
  timeout: v.pipe(
    v.number(),
    v.minValue(0),
    v.metadata({ description: "Timeout of a whole run in seconds; 0 is no limit." }),
  ) as SettingSchema,
};

/** Every key that `options`, a preset or a model's entry may hold, with its schema. */
export const runSettingEntries: Readonly<Record<string, SettingSchema>> = table({
  ...(executionOptionEntries as unknown as Record<string, SettingSchema>),
  ...runExtraEntries,
});

/** The top-level keys that hold one value, with their schemas. */
export const scalarEntries: Readonly<Record<string, SettingSchema>> = table({
  ...(ollamaConfigEntries as unknown as Record<string, SettingSchema>),
  apiKey: v.pipe(
    v.string(),
    v.minLength(1),
    v.metadata({ description: "API key: a bearer token for the configured server." }),
  ) as SettingSchema,
  saveOutputs: v.pipe(v.boolean(), v.metadata({ description: "Save every result of `codo`." })) as SettingSchema,
  retentionDays: v.pipe(
    v.number(),
    v.minValue(0),
    v.metadata({ description: "Age in days after which a clean-up removes results." }),
  ) as SettingSchema,
  mcpServers: v.pipe(
    v.record(
      v.string(),
      v.union([
        v.looseObject({
          command: v.pipe(v.string(), v.minLength(1)),
          args: v.optional(v.array(v.string())),
          env: v.optional(v.record(v.string(), v.string())),
        }),
        v.looseObject({ url: v.pipe(v.string(), v.url()), headers: v.optional(v.record(v.string(), v.string())) }),
      ]),
    ),
    v.metadata({ description: "Servers of tools (MCP) by name: a command with args and env, or a url with headers." }),
  ) as SettingSchema,
});

const runSettingsSchema = v.looseObject(
  Object.fromEntries(Object.entries(runSettingEntries).map(([key, schema]) => [key, v.optional(v.nullable(schema))])),
);

/**
 * The whole configuration file: the single source of types, validation, the table of parameters and the published
 * JSON Schema. Every key is optional, unknown keys are kept.
 */
export const configSettingsSchema: v.GenericSchema<unknown, ConfigSettings> = v.looseObject({
  $schema: v.optional(v.pipe(v.string(), v.metadata({ description: "Where this file's JSON Schema is." }))),
  ...Object.fromEntries(Object.entries(scalarEntries).map(([key, schema]) => [key, v.optional(schema)])),
  options: v.optional(v.pipe(runSettingsSchema, v.metadata({ description: "Settings of every run." }))),
  presets: v.optional(
    v.pipe(v.record(v.string(), runSettingsSchema), v.metadata({ description: "Your own presets by name." })),
  ),
  models: v.optional(
    v.pipe(v.record(v.string(), runSettingsSchema), v.metadata({ description: "Settings of models by name." })),
  ),
}) as unknown as v.GenericSchema<unknown, ConfigSettings>;

/** What a setting means, in a sentence. */
export function describeSetting(schema: SettingSchema | undefined): string | undefined {
  const { description }: { description?: unknown } =
    schema === undefined ? {} : v.getMetadata(schema as MetadataSchema);
  return typeof description === "string" ? description : undefined;
}

type MetadataSchema = Parameters<typeof v.getMetadata>[0];

/** The top-level keys that hold further keys. */
export const GROUP_KEYS = ["options", "presets", "models"] as const;

/** Every top-level key. */
export const TOP_LEVEL_KEYS: readonly string[] = ["$schema", ...Object.keys(scalarEntries), ...GROUP_KEYS];

/** Top-level keys whose values are secrets: left out of exports, and the reason for file mode 0600. */
export const SECRET_KEYS: readonly string[] = ["apiKey"];

/** Where the published JSON Schema is found; written as `$schema` so that editors complete and check. */
export const CONFIG_SCHEMA_URL = "https://unpkg.com/@codo/ollama-config/schema/codo-config.schema.json";

// Without a prototype, so that a key such as "constructor" is not found where nobody put it.
function table(entries: Record<string, SettingSchema>): Readonly<Record<string, SettingSchema>> {
  return Object.assign(Object.create(null), entries);
}
