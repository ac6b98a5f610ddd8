import { chooseInference } from "./choose-inference.js";
import { createEngine, type Engine, type EngineLogger } from "./create-engine.js";
import { LLAMA_SERVER_VARIABLE } from "./inference/find-llama-server.js";
import { loadBuiltinModels } from "./models/builtin-models.js";
import { DEFAULT_SETTINGS, type EngineSettings, parseKeepAlive } from "./settings/engine-settings.js";

/** How an engine is started. */
export interface StartEngineOptions {
  /** Folder of a model store in Ollama's layout; without it there are the built-in models only. */
  models?: string;
  /** Address to listen on. @defaultValue "127.0.0.1" */
  host?: string;
  /** Port to listen on; 0 is any free one. @defaultValue 0 */
  port?: number;
  /** Requests of one model that are computed at once. @defaultValue 1 */
  parallel?: number;
  /** How long an unused model stays in memory: a Go duration such as "10m", or seconds; negative is for ever. @defaultValue "5m" */
  keepAlive?: string | number;
  /**
   * Path of llama.cpp's `llama-server`, to compute with it in place of the built-in llama.cpp; `"auto"` is the one on the
   * PATH. @defaultValue `CODO_ENGINE_LLAMA_SERVER`, else the built-in one
   */
  llamaServer?: string;
  logger?: EngineLogger;
}

/**
 * Starts an engine: an Ollama-compatible server in this process, whose models run in child processes that end with it.
 * @throws RangeError for an invalid option, or the socket's error, such as EADDRINUSE
 */
export async function startEngine(options: StartEngineOptions = {}): Promise<Engine> {
  const { models, host, port, parallel, keepAlive, logger, llamaServer = process.env[LLAMA_SERVER_VARIABLE] } = options;
  return startEngineWith(
    {
      ...DEFAULT_SETTINGS,
      ...(models !== undefined && { models }),
      ...(host !== undefined && { host }),
      ...(port !== undefined && { port }),
      ...(parallel !== undefined && { parallel: checkParallel(parallel) }),
      ...(llamaServer !== undefined && { llamaServer }),
      ...(keepAlive !== undefined && { keepAliveMs: checkKeepAlive(keepAlive) }),
    },
    logger,
  );
}

/** Starts an engine with all its settings. */
export async function startEngineWith(settings: EngineSettings, logger?: EngineLogger): Promise<Engine> {
  const builtins = await loadBuiltinModels();
  return createEngine({
    settings,
    startInference: chooseInference(settings.llamaServer),
    builtins,
    ...(logger !== undefined && { logger }),
  });
}

function checkParallel(parallel: number): number {
  if (Number.isInteger(parallel) && parallel > 0) return parallel;
  throw new RangeError(`parallel is ${parallel}: give a whole number of at least 1.`);
}

function checkKeepAlive(keepAlive: string | number): number {
  const keepAliveMs = parseKeepAlive(String(keepAlive));
  if (keepAliveMs !== undefined) return keepAliveMs;
  throw new RangeError(`keepAlive is ${JSON.stringify(keepAlive)}: give seconds, or a duration such as "10m".`);
}
