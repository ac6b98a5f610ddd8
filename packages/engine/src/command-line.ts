import { settingsFromEnvironment } from "./settings/engine-settings.js";
import { startEngineWith } from "./start-engine.js";

const USAGE = `Usage: codo-engine serve

Serves Ollama's API with the models of an Ollama store and two built-in ones.

Environment:
  OLLAMA_HOST               address to listen on (default 127.0.0.1:11434)
  OLLAMA_MODELS             folder of the model store (default ~/.ollama/models)
  OLLAMA_KEEP_ALIVE         how long an unused model stays in memory (default 5m)
  OLLAMA_NUM_PARALLEL       requests of one model computed at once (default 1)
  OLLAMA_MAX_QUEUE          requests that may wait (default 512)
  OLLAMA_MAX_LOADED_MODELS  models in memory at once (default 3)
  OLLAMA_CONTEXT_LENGTH     context window when nothing else says (default 4096)
  CODO_ENGINE_MEMORY        how much memory a model may take, such as 8GB (default: what is free)
  CODO_ENGINE_LLAMA_SERVER  llama.cpp's llama-server to compute with, or auto (default: the built-in llama.cpp)
  OLLAMA_ORIGINS            further web origins that may use the server, with commas between them
`;

/** Runs the executable `codo-engine`. Resolves to the exit status, or never while it serves. */
export async function runCommandLine(args: readonly string[]): Promise<number> {
  if (args[0] === "serve" && args.length === 1) return serve();
  const isHelp = args.some((arg) => arg === "--help" || arg === "-h" || arg === "help");
  (isHelp ? process.stdout : process.stderr).write(USAGE);
  return isHelp ? 0 : 2;
}

async function serve(): Promise<number> {
  const engine = await startEngineWith(settingsFromEnvironment(), {
    info: (message) => process.stderr.write(`${message}\n`),
    warn: (message) => process.stderr.write(`warning: ${message}\n`),
    error: (message, error) => process.stderr.write(`error: ${message}: ${String(error)}\n`),
  });
  const signal = await new Promise<NodeJS.Signals>((resolve) => {
    for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(name, () => resolve(name));
  });
  await engine.stop();
  return signal === "SIGINT" ? 130 : 0;
}
