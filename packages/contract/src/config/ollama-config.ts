import * as v from "valibot";

/** The settings of the integration, one entry each: the single source of types, validation and docs. Units: `requestTimeout`, `retryDelay` and `cacheTtl` are seconds. */
export const ollamaConfigEntries: { readonly [K in keyof OllamaConfig]: v.GenericSchema<OllamaConfig[K]> } = {
  ollamaBinary: v.pipe(
    v.string(),
    v.minLength(1),
    v.metadata({ description: "The `ollama` executable: a name on the PATH or a path." }),
  ),
  autoStartServer: v.pipe(v.boolean(), v.metadata({ description: "Start a server when none answers." })),
  defaultModel: v.pipe(v.string(), v.minLength(1), v.metadata({ description: "The model to use when none is named." })),
  serverHost: v.pipe(v.string(), v.minLength(1), v.metadata({ description: "Host of the server." })),
  serverPort: v.pipe(
    v.number(),
    v.integer(),
    v.minValue(1),
    v.maxValue(65535),
    v.metadata({ description: "Port of the server." }),
  ),
  requestTimeout: v.pipe(
    v.number(),
    v.minValue(0),
    v.metadata({
      description:
        "Seconds for short calls (list, show, ps, version, copy, delete); 0 is without a limit. It does not limit generation.",
    }),
  ),
  maxRetries: v.pipe(
    v.number(),
    v.integer(),
    v.minValue(0),
    v.metadata({ description: "Maximum number of retries of a request that is safe to retry." }),
  ),
  retryDelay: v.pipe(
    v.number(),
    v.minValue(0),
    v.metadata({ description: "Seconds before the first retry; later waits are longer." }),
  ),
  outputDirectory: v.pipe(v.string(), v.minLength(1), v.metadata({ description: "The folder for saved results." })),
  enableCaching: v.pipe(v.boolean(), v.metadata({ description: "Cache the list of models." })),
  cacheTtl: v.pipe(
    v.number(),
    v.minValue(0),
    v.metadata({ description: "Lifetime of the cached list of models in seconds." }),
  ),
};

/** Schema of a whole configuration. */
export const ollamaConfigSchema: v.GenericSchema<OllamaConfig> = v.object(ollamaConfigEntries);

/** Settings of the Ollama integration, with exactly the specification's fields. */
export interface OllamaConfig {
  ollamaBinary: string;
  autoStartServer: boolean;
  defaultModel: string;
  serverHost: string;
  serverPort: number;
  requestTimeout: number;
  maxRetries: number;
  retryDelay: number;
  outputDirectory: string;
  enableCaching: boolean;
  cacheTtl: number;
}

/** The specification's defaults. */
export const OLLAMA_CONFIG_DEFAULTS: Readonly<OllamaConfig> = {
  ollamaBinary: "ollama",
  autoStartServer: true,
  defaultModel: "llama2",
  serverHost: "localhost",
  serverPort: 11434,
  requestTimeout: 120,
  maxRetries: 3,
  retryDelay: 1,
  outputDirectory: "./ollama_outputs",
  enableCaching: true,
  cacheTtl: 3600,
};
