import { OllamaError, parseOllamaHost } from "@codo/ollama-contract";
import { modelStoreFolder } from "@codo/ollama-node-kit";
import { stopAtExit } from "./exit-guard.js";
import { probeServer } from "./probe-server.js";
import type { ServerAddress } from "./server-address.js";
import { type EmbeddedEngine, type EmbeddedEngineModule, type ServerInfo, versionOf } from "./server-info.js";
import { engineFailed } from "./start-failures.js";

/** An embedded engine that serves, and the way to stop it. */
export interface StartedEngine {
  info: ServerInfo;
  stop: () => Promise<void>;
}

/**
 * Starts the embedded engine on a free loopback port; the end of the process stops it too.
 * @param address where a server was looked for, for the error
 * @throws OllamaError `SERVER_UNAVAILABLE` when it cannot be started
 */
export async function startEmbeddedEngine(
  embedded: () => Promise<EmbeddedEngineModule>,
  { address, env }: { address: ServerAddress; env: NodeJS.ProcessEnv },
): Promise<StartedEngine> {
  let engine: EmbeddedEngine;
  try {
    const { startEngine } = await embedded();
    engine = await startEngine({ host: "127.0.0.1", port: 0, models: modelStoreFolder(env) });
  } catch (cause) {
    throw OllamaError.is(cause) ? cause : engineFailed(address, cause);
  }
  engine.unref?.();
  const forget = stopAtExit(() => void engine.stop());
  const stop = async (): Promise<void> => {
    forget();
    await engine.stop();
  };
  const health = await probeServer(engine.url);
  const pid = engine.pid === undefined ? {} : { pid: engine.pid };
  return { info: { url: parseOllamaHost(engine.url).url, source: "embedded", ...pid, ...versionOf(health) }, stop };
}
