import { randomUUID } from "node:crypto";
import { rmSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { EngineContext } from "./engine-context/engine-context.js";
import { GrammarCompiler } from "./grammar/worker/grammar-compiler.js";
import { Listener } from "./http/listener.js";
import { OriginPolicy } from "./http/origin-policy.js";
import type { StartInference } from "./inference/inference-contract.js";
import { ModelCatalog } from "./models/model-catalog.js";
import { engineRoutes } from "./routes/engine-routes.js";
import { ModelScheduler } from "./scheduling/model-scheduler.js";
import type { EngineSettings } from "./settings/engine-settings.js";
import type { LocalModel } from "./store/local-model.js";
import { ModelStore } from "./store/model-store.js";
import { TemplateLibrary } from "./templates/template-library.js";

/** What an engine is put together from. */
export interface EngineParts {
  settings: EngineSettings;
  startInference: StartInference;
  builtins: readonly LocalModel[];
  templates?: TemplateLibrary;
  logger?: EngineLogger;
}

/** Where an engine says what it does. */
export interface EngineLogger {
  info?(message: string): void;
  warn?(message: string): void;
  error?(message: string, error?: unknown): void;
}

/** An engine that serves. */
export interface Engine extends AsyncDisposable {
  /** Where it answers, such as `http://127.0.0.1:41234`. */
  readonly url: string;
  readonly port: number;
  /** Process that serves HTTP, where it is not the caller's own. */
  readonly pid?: number;
  /** Lets the process end although the engine runs; an engine that serves on behalf of its own process needs this. */
  unref(): void;
  /** Cuts what is being answered, and ends all processes. Once is enough; a second time does nothing. */
  stop(): Promise<void>;
}

/** A client can make up warnings without end. */
const MOST_WARNINGS = 1000;

/** Puts an engine together and lets it listen. @throws the socket's error, such as EADDRINUSE */
export async function createEngine({ settings, logger, ...parts }: EngineParts): Promise<Engine> {
  // Nothing is written there before somebody creates a model.
  const temporary = settings.models === undefined ? join(tmpdir(), `codo-engine-${randomUUID()}`) : undefined;
  const scheduler = new ModelScheduler({ ...settings, startInference: parts.startInference });
  const store = new ModelStore(settings.models ?? temporary ?? "");
  const grammars = new GrammarCompiler();
  const context: EngineContext = {
    settings,
    catalog: new ModelCatalog(store, parts.builtins),
    scheduler,
    grammars,
    templates: parts.templates ?? new TemplateLibrary(),
    warn: onceEach((message) => logger?.warn?.(message)),
  };
  const listener = new Listener({
    router: engineRoutes(context),
    origins: new OriginPolicy(settings.origins),
    onError: (error) => logger?.error?.("A request failed", error),
  });
  // A process that ends without stopping its engine leaves nothing behind either.
  const removeAtExit = (): void => {
    if (temporary !== undefined) rmSync(temporary, { recursive: true, force: true });
  };
  process.once("exit", removeAtExit);
  const removeTemporary = async (): Promise<void> => {
    process.off("exit", removeAtExit);
    if (temporary !== undefined) await rm(temporary, { recursive: true, force: true });
  };
  const address = await listener.listen(settings.host, settings.port).catch(async (error) => {
    await removeTemporary();
    throw error;
  });
  const url = `http://${urlHost(address.address, address.family)}:${address.port}`;
  logger?.info?.(`Listening on ${url}`);
  let stopping: Promise<void> | undefined;
  const stop = (): Promise<void> => {
    stopping ??= listener
      .close()
      .then(() => Promise.all([scheduler.stop(), grammars.stop(), store.blobs.release()]))
      .then(() => undefined)
      .finally(removeTemporary);
    return stopping;
  };
  return { url, port: address.port, unref: () => listener.unref(), stop, [Symbol.asyncDispose]: stop };
}

/** Says nothing twice: a client that asks a thousand times has said it once. */
function onceEach(warn: (message: string) => void): (message: string) => void {
  const said = new Set<string>();
  return (message) => {
    if (said.has(message) || said.size >= MOST_WARNINGS) return;
    said.add(message);
    warn(message);
  };
}

function urlHost(address: string, family: string): string {
  if (address === "0.0.0.0") return "127.0.0.1";
  if (address === "::") return "[::1]";
  return family === "IPv6" ? `[${address}]` : address;
}
