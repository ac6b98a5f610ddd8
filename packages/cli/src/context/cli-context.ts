import { resolve } from "node:path";
import { ConfigManager, expandHome, userFolders } from "@codo/ollama-config";
import {
  OllamaClient,
  OllamaError,
  OllamaManager,
  OllamaServer,
  parseOllamaHost,
  type ServerInfo,
} from "@codo/ollama-core";
import type { OutputManager } from "@codo/ollama-output";
import type { ModelRunner } from "@codo/ollama-runner";
import { UsageError } from "../errors/usage-error.js";
import type { Terminal } from "../terminal/terminal.js";
import type { GlobalSettings } from "./global-settings.js";

/** What a {@link CliContext} is made from. */
export interface CliContextInit {
  terminal: Terminal;
  globals: GlobalSettings;
  env: NodeJS.ProcessEnv;
  /** Aborted by Ctrl-C. */
  signal: AbortSignal;
}

/** What commands share. Everything is made when it is first asked for, and ended by `dispose`. */
export class CliContext {
  readonly terminal: Terminal;
  readonly globals: GlobalSettings;
  readonly env: NodeJS.ProcessEnv;
  readonly signal: AbortSignal;
  /** What `--timeout` gives, in milliseconds: looking for a server and short questions take no longer either. */
  timeoutMs: number | undefined;
  /** What a command with several things to do has done so far; where it fails this stands beside the error in JSON. */
  done: Readonly<Record<string, unknown>> = {};
  readonly #endings: (() => Promise<unknown>)[] = [];
  #config: Promise<ConfigManager> | undefined;
  #hostAddress: Promise<{ host: string; isNamed: boolean }> | undefined;
  #server: Promise<OllamaServer> | undefined;
  #outputs: Promise<OutputManager> | undefined;
  #hasLostOutput = false;

  constructor({ terminal, globals, env, signal }: CliContextInit) {
    this.terminal = terminal;
    this.globals = globals;
    this.env = env;
    this.signal = signal;
  }

  /** The configuration, read. Its warnings are printed once. @throws OllamaError `INVALID_CONFIG` */
  async config(): Promise<ConfigManager> {
    this.#config ??= this.#loadConfig();
    return await this.#config;
  }

  /**
   * Stops where a setting of the project's file would be in force, had the user consented to it: what the command would
   * do without it is not what the project means.
   * @throws OllamaError `INVALID_CONFIG`
   */
  async assertConsent(): Promise<void> {
    const config = await this.config();
    if (config.withheld === undefined || saysNo(this.env.CODO_TRUST_PROJECT)) return;
    const { assertConsent } = await import("./project-consent.js");
    await assertConsent(config, this.globals);
  }

  /** The configuration without reading it, for commands that mend it. */
  unreadConfig(): ConfigManager {
    const { configFile } = this.globals;
    return new ConfigManager(configFile === undefined ? null : expandHome(configFile, this.env), { env: this.env });
  }

  /** Whether a person or a file named the host, so that no other server may take its place. */
  async isHostExplicit(): Promise<boolean> {
    return (await this.#address()).isNamed;
  }

  /** The server to use; found or started by `ensure`. */
  async server(): Promise<OllamaServer> {
    this.#server ??= this.#createServer();
    return await this.#server;
  }

  /** A server that answers. One is started where the configuration allows it and `start` is not `false`. */
  async serverInfo({ start = true }: { start?: boolean } = {}): Promise<ServerInfo> {
    const { autoStartServer } = (await this.config()).config;
    const server = await this.server();
    const mayStart = start && autoStartServer;
    const wait = this.terminal.waitFor(mayStart && server.canStart ? "Starting the server" : "Looking for the server");
    const info = await server.ensure({ start: mayStart, signal: this.signal }).finally(() => wait.end());
    if (info.source === "ollama") this.terminal.note("Started `ollama serve` for this command.");
    return info;
  }

  /** A client of the server in use. */
  async client(options: { start?: boolean } = {}): Promise<OllamaClient> {
    return await this.clientAt((await this.serverInfo(options)).url);
  }

  /**
   * A client of a server at an address, with the key and the limits of the configuration.
   * @param options.retries - how often a request is retried; 0 for callers that retry it themselves
   */
  async clientAt(url: string, { retries }: { retries?: number } = {}): Promise<OllamaClient> {
    const [config, server] = await Promise.all([this.config(), this.server()]);
    // Credentials stand in the host as it was written, and not in the address that answered.
    const host = server.current?.source === "running" && server.current.url === url ? server.host : url;
    const { maxRetries, retryDelay } = config.config;
    return await this.#clientFor(host, { limit: retries ?? maxRetries, delayMs: retryDelay * 1000 });
  }

  /**
   * A client of the server in use, or else of the address where one should be, unseen: the first request finds out, and
   * falls back on {@link CliContext.client}. Then it retries nothing.
   */
  async clientUnseen(): Promise<OllamaClient> {
    if ((await this.#server)?.current !== undefined) return await this.client();
    const { host } = await this.#address();
    return await this.#clientFor(host, { limit: 0 });
  }

  /** A manager of the models on the server in use, or on another. */
  async manager(url?: string): Promise<OllamaManager> {
    return await this.managerOver(await (url === undefined ? this.client() : this.clientAt(url)));
  }

  /** A manager of the models that a client reaches. */
  async managerOver(client: OllamaClient): Promise<OllamaManager> {
    const { requestTimeout, enableCaching, cacheTtl } = (await this.config()).config;
    return new OllamaManager({ client, requestTimeout, cacheTtl: enableCaching ? cacheTtl : 0 });
  }

  /**
   * Has a server asked. The question goes out at once; only where nobody answers it is a server looked for or started,
   * which takes a request of its own.
   */
  async ask<T>(question: (client: OllamaClient) => Promise<T>, options: { start?: boolean } = {}): Promise<T> {
    try {
      return await question(await this.clientUnseen());
    } catch (error) {
      if (this.signal.aborted || (OllamaError.is(error) && error.code.startsWith("TIMEOUT"))) throw error;
    }
    return await question(await this.client(options));
  }

  /** A runner of models on the server in use, or on another. */
  async runner(url?: string): Promise<ModelRunner> {
    const [manager, { ModelRunner }] = await Promise.all([this.manager(url), import("@codo/ollama-runner")]);
    return new ModelRunner(manager);
  }

  /** The store of results: `--output-dir`, else the configured folder where one is set, else the user's data folder. */
  async outputs(): Promise<OutputManager> {
    this.#outputs ??= this.#openOutputs();
    return await this.#outputs;
  }

  /** Reports, also with `--quiet`, that something could not be kept; the command then exits as failed. */
  reportNotKept(what: string, error: OllamaError): void {
    this.#hasLostOutput = true;
    this.terminal.alarm(`codo: The ${what} could not be kept: ${error.message}`);
  }

  /** Whether something was to be kept and is not. */
  get hasLostOutput(): boolean {
    return this.#hasLostOutput;
  }

  /** The folder of {@link CliContext.outputs}. */
  async outputFolder(): Promise<string> {
    await this.assertConsent();
    // `--output-dir=~/x`, and a quoted `~`, reach a command as they are written.
    if (this.globals.outputDir !== undefined) return resolve(expandHome(this.globals.outputDir, this.env));
    const config = await this.config();
    const { isSet } = await config.explain("outputDirectory");
    return isSet ? resolve(config.config.outputDirectory) : userFolders(this.env).data;
  }

  /** Has something ended when the command ends. */
  onEnd(ending: () => Promise<unknown>): void {
    this.#endings.push(ending);
  }

  /** Ends everything that was made. */
  async dispose(): Promise<void> {
    await Promise.allSettled(this.#endings.splice(0).map((end) => end()));
  }

  async #loadConfig(): Promise<ConfigManager> {
    const config = this.unreadConfig();
    await config.load();
    return config;
  }

  async #clientFor(host: string, retry: { limit?: number; delayMs?: number }): Promise<OllamaClient> {
    const config = await this.config();
    const { apiKey } = await config.serverAddress();
    // The key belongs to the configured host; one that was given on the command line is another.
    const key = this.globals.host === undefined && apiKey !== undefined ? { apiKey } : {};
    const limitMs = config.config.requestTimeout * 1000;
    const requestTimeoutMs = this.timeoutMs === undefined ? limitMs : Math.min(limitMs || Infinity, this.timeoutMs);
    return new OllamaClient({ host, ...key, retry, requestTimeoutMs });
  }

  /** Where the server is, and whether somebody said so. A warning about it is printed once. */
  async #address(): Promise<{ host: string; isNamed: boolean }> {
    this.#hostAddress ??= this.#readAddress();
    return await this.#hostAddress;
  }

  async #readAddress(): Promise<{ host: string; isNamed: boolean }> {
    await this.assertConsent();
    const { host, explicit } = await (await this.config()).serverAddress();
    const address = { host: this.globals.host ?? host, isNamed: this.globals.host !== undefined || explicit };
    for (const warning of address.isNamed ? parseOllamaHost(address.host).warnings : []) {
      // As Ollama does, the variable and the settings fall back on the usual port; what was typed now is a slip.
      if (this.globals.host !== undefined && warning.startsWith("The port ")) throw portSlip(warning);
      this.terminal.warn(warning);
    }
    return address;
  }

  async #createServer(): Promise<OllamaServer> {
    const [{ config }, { host, isNamed }] = await Promise.all([this.config(), this.#address()]);
    const server = new OllamaServer({
      host: isNamed ? host : undefined,
      ollamaBinary: config.ollamaBinary,
      embedded: loadEngine,
      lookTimeoutMs: this.timeoutMs,
      env: this.env,
    });
    this.onEnd(() => server.stop());
    return server;
  }

  async #openOutputs(): Promise<OutputManager> {
    const { OutputManager } = await import("@codo/ollama-output");
    const outputs = new OutputManager(await this.outputFolder());
    this.onEnd(() => outputs.close());
    return outputs;
  }
}

function portSlip(warning: string): UsageError {
  const [what = warning] = warning.split("; ");
  return new UsageError(`--host: ${what}.`, "For example: --host 192.168.1.5:11434");
}

function saysNo(text: string | undefined): boolean {
  return text === "0" || text === "false";
}

/** The embedded engine: an optional dependency, loaded only where no other server is. */
export async function loadEngine(): Promise<typeof import("@codo/ollama-engine")> {
  return await import("@codo/ollama-engine");
}
