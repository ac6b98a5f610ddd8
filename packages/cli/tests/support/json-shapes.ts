import * as v from "valibot";

/*
 * What each command prints with `--json`, as docs/cli-json.md describes it. Further keys may come with later versions.
 */

const model = v.looseObject({
  name: v.string(),
  id: v.pipe(v.string(), v.regex(/^[0-9a-f]{12}$/)),
  size: v.number(),
  modified: v.pipe(v.string(), v.isoTimestamp()),
  status: v.picklist(["available", "loaded", "downloading"]),
  digest: v.string(),
});

/** One execution. */
export const resultShape: v.GenericSchema<unknown> = v.looseObject({
  schemaVersion: v.literal(1),
  id: v.pipe(v.string(), v.length(26)),
  modelName: v.string(),
  prompt: v.string(),
  response: v.string(),
  executionTime: v.number(),
  success: v.boolean(),
  metadata: v.looseObject({ createdAt: v.string(), api: v.string(), options: v.record(v.string(), v.unknown()) }),
});

const entry = v.looseObject({
  id: v.string(),
  kind: v.string(),
  createdAt: v.string(),
  path: v.string(),
  sizeBytes: v.number(),
  success: v.boolean(),
  tags: v.array(v.string()),
  pinned: v.boolean(),
});

const explanation = v.looseObject({
  key: v.string(),
  layer: v.string(),
  source: v.string(),
  isSet: v.boolean(),
  hidden: v.array(v.looseObject({ layer: v.string(), source: v.string() })),
});

const problem = v.looseObject({ path: v.string(), message: v.string() });

/** Errors of any command. */
export const errorShape: v.GenericSchema<unknown> = v.object({
  deleted: v.optional(v.array(v.string())),
  loaded: v.optional(v.array(v.string())),
  unloaded: v.optional(v.array(v.string())),
  pulled: v.optional(v.array(v.string())),
  error: v.object({
    code: v.string(),
    message: v.string(),
    hint: v.optional(v.string()),
    retryable: v.optional(v.boolean()),
    details: v.optional(v.record(v.string(), v.unknown())),
  }),
});

/** The shape for each command line; the key is what follows `codo`. */
export const JSON_SHAPES: Readonly<Record<string, v.GenericSchema<unknown>>> = {
  "models list": v.object({ models: v.array(model) }),
  "models ps": v.object({
    models: v.array(
      v.looseObject({ name: v.string(), digest: v.string(), sizeBytes: v.number(), vramBytes: v.number() }),
    ),
  }),
  "models show codo-tiny": v.looseObject({
    capabilities: v.array(v.string()),
    model_info: v.record(v.string(), v.unknown()),
  }),
  "models stats": v.looseObject({
    totalModels: v.number(),
    totalSizeBytes: v.number(),
    byFamily: v.record(v.string(), v.unknown()),
  }),
  "models load codo-tiny": v.object({ loaded: v.array(v.string()) }),
  "models unload codo-tiny": v.object({ unloaded: v.array(v.string()) }),
  "server status": v.looseObject({ isRunning: v.literal(true), url: v.string(), source: v.string() }),
  "config list": v.object({ settings: v.array(explanation) }),
  "config get serverPort": v.object({ key: v.string(), value: v.unknown(), isSet: v.boolean() }),
  "config set temperature 0.5": v.object({ key: v.string(), value: v.unknown(), file: v.string() }),
  "config explain temperature": explanation,
  "config unset temperature": v.object({ key: v.string(), wasSet: v.boolean() }),
  "config validate": v.object({ valid: v.boolean(), errors: v.array(problem), warnings: v.array(problem) }),
  "config export settings.json": v.object({ file: v.string() }),
  "config import settings.json --dry-run": v.object({
    dryRun: v.boolean(),
    changes: v.array(v.looseObject({ key: v.string() })),
    ignored: v.array(v.object({ path: v.string(), reason: v.string() })),
  }),
  "config presets": v.object({ presets: v.record(v.string(), v.record(v.string(), v.unknown())) }),
  "config path": v.object({ configFile: v.string(), projectFile: v.nullable(v.string()) }),
  "config reset": v.object({ backupFile: v.nullable(v.string()) }),
  "run -m codo-tiny Hello": resultShape,
  "embed Hello": v.object({
    model: v.string(),
    embeddings: v.array(v.array(v.number())),
    promptTokens: v.optional(v.number()),
  }),
  "outputs list": v.object({ items: v.array(entry), nextCursor: v.optional(v.string()) }),
  "outputs show": v.looseObject({ ...entry.entries, response: v.string() }),
  "outputs search hello": v.object({
    items: v.array(v.looseObject({ ...entry.entries, score: v.number() })),
    total: v.number(),
  }),
  "outputs stats": v.looseObject({ count: v.number(), bytes: v.number(), byKind: v.record(v.string(), v.unknown()) }),
  "outputs export all.jsonl": v.object({
    path: v.string(),
    format: v.string(),
    records: v.number(),
    bytes: v.number(),
  }),
  "outputs clean --dry-run": v.looseObject({ removed: v.number(), bytes: v.number(), dryRun: v.boolean() }),
  "outputs path": v.object({ path: v.string() }),
  "outputs rebuild": v.looseObject({ records: v.number(), unreadable: v.number() }),
  "trust --list": v.object({
    projects: v.array(
      v.object({
        folder: v.string(),
        file: v.string(),
        hash: v.string(),
        settings: v.array(v.string()),
        trustedAt: v.string(),
        state: v.picklist(["holds", "changed", "gone"]),
      }),
    ),
  }),
  doctor: v.object({
    ok: v.boolean(),
    checks: v.array(
      v.object({
        name: v.string(),
        status: v.picklist(["ok", "warning", "failure"]),
        message: v.string(),
        remedy: v.optional(v.string()),
      }),
    ),
  }),
  "completion bash": v.object({ shell: v.string(), script: v.string() }),
  "bench -m codo-tiny --trials 1 --requests 2 --warmup 0 --output-tokens 4": v.looseObject({
    schema: v.literal("codo.ollama-bench/report"),
    run: v.looseObject({ status: v.literal("complete") }),
  }),
  "compare codo-tiny twin -p Hi --trials 1 --requests 2 --warmup 0 --output-tokens 4": v.looseObject({
    schema: v.literal("codo.ollama-bench/report"),
    outputs: v.array(v.unknown()),
  }),
};
