import type { OllamaError } from "@codo/ollama-contract";
import { abortErrorOf, untilAborted } from "@codo/ollama-contract/executor-kit";
import type { Logger } from "../logging/logger.js";
import { backgroundServerAt, backgroundServers } from "./background-server.js";
import { HealthWatch, type ServerEvents } from "./health-watch.js";
import { PROBE_TIMEOUT_MS, probeServer } from "./probe-server.js";
import type { ServeProcess } from "./serve-process.js";
import { resolveServerAddress, type ServerAddress } from "./server-address.js";
import { type EmbeddedEngineModule, type ServerHealth, type ServerInfo, versionOf } from "./server-info.js";
import type { ServerLease } from "./server-lease.js";
import { joinSharedServer, startSharedServer, writableStateFolder } from "./shared-server.js";
import { startEmbeddedEngine } from "./start-embedded-engine.js";
import { notAnswering, nothingToStart, portOccupied, startNotAllowed } from "./start-failures.js";
import { stateFolder } from "./state-folder.js";

/** Settings of an {@link OllamaServer}. */
export interface OllamaServerInit {
  /**
   * Where the server is, as `OLLAMA_HOST` is written. A host that is named here or in `OLLAMA_HOST` is never
   * substituted by another. @defaultValue `OLLAMA_HOST`, else 127.0.0.1:11434
   */
  host?: string | undefined;
  /** The program to start, a name on the PATH or a path. @defaultValue "ollama" */
  ollamaBinary?: string | undefined;
  /** An engine for machines without Ollama, such as a function that imports its package; called when needed. */
  embedded?: (() => Promise<EmbeddedEngineModule>) | undefined;
  /** Use an embedded engine of one's own, whatever else there is; for models that only the engine has. @defaultValue false */
  embeddedOnly?: boolean | undefined;
  /** The environment to read, and to pass to the server. @defaultValue `process.env` */
  env?: NodeJS.ProcessEnv | undefined;
  /** Where servers that were started here are recorded. @defaultValue the platform's state folder for codo */
  stateDir?: string | undefined;
  /** How long a server has to answer when it is looked for, in milliseconds. @defaultValue 5 000 */
  lookTimeoutMs?: number | undefined;
  /** Until a started program listens, in milliseconds; it may take twice as long again to answer. @defaultValue 20 000 */
  startTimeoutMs?: number | undefined;
  /** How long a server that is stopped has to end by itself, in milliseconds. @defaultValue 5 000 */
  stopGraceMs?: number | undefined;
  /** Between two looks while somebody listens for `gone` or `back`, in milliseconds. @defaultValue 5 000 */
  watchIntervalMs?: number | undefined;
  logger?: Logger | undefined;
}

/** How {@link OllamaServer.ensure} goes about it. */
export interface EnsureOptions {
  /** Whether one may be started. @defaultValue true */
  start?: boolean;
  /** Ends the wait; a start under way goes on for others who wait. */
  signal?: AbortSignal;
}

const DEFAULTS = { startTimeoutMs: 20_000, stopGraceMs: 5000, watchIntervalMs: 5000, ollamaBinary: "ollama" };

/**
 * Finds a server, starts one where none is, watches it, and stops what it started. The order: one that answers at the
 * host; a background server that was recorded; `ollama serve`; the embedded engine on a free loopback port. Programs that
 * need a server at the same time share one `ollama serve`; the last of them stops it, whichever started it.
 */
export class OllamaServer implements AsyncDisposable {
  readonly #init: OllamaServerInit;
  readonly #address: ServerAddress;
  readonly #watch: HealthWatch;
  #current: ServerInfo | undefined;
  #starting: Promise<ServerInfo> | undefined;
  #stopOwn: (() => Promise<void>) | undefined;

  constructor(init: OllamaServerInit = {}) {
    this.#init = init;
    this.#address = resolveServerAddress(init.host, this.#env);
    this.#watch = new HealthWatch(() => this.health(), init.watchIntervalMs ?? DEFAULTS.watchIntervalMs);
  }

  /** The address that is looked at first, as it was written. */
  get host(): string {
    return this.#address.host;
  }

  /** Whether somebody named the address, so that no other may stand in for it. */
  get isNamed(): boolean {
    return this.#address.explicit && !this.#init.embeddedOnly;
  }

  /** Whether a server could be started here if none answers. */
  get canStart(): boolean {
    return this.#init.embeddedOnly === true || !this.isNamed || this.#address.loopback !== undefined;
  }

  /** The server in use; absent until one was found or started, and after it went away. */
  get current(): ServerInfo | undefined {
    return this.#current;
  }

  /** Looks for a server that answers, at the host and among those in the background, and starts nothing. */
  async find(): Promise<ServerInfo | undefined> {
    return (await this.#find()).found;
  }

  /**
   * Gives a server that answers, and starts one where none does. Calls at the same time share one start. A server that
   * was found or started before is trusted until {@link OllamaServer.lost} says otherwise or its process ends.
   * @throws OllamaError `SERVER_UNAVAILABLE` with the remedies, or with the last lines of a program that failed
   */
  async ensure(options: EnsureOptions = {}): Promise<ServerInfo> {
    if (options.signal?.aborted) throw abortErrorOf(options.signal);
    if (this.#current !== undefined) return this.#current;
    if (options.start === false) {
      const { found, health } = await this.#find();
      if (found === undefined || !(await this.#join(found))) throw this.#noneFound(health);
      return this.#use(found);
    }
    this.#starting ??= this.#findOrStart().finally(() => {
      this.#starting = undefined;
    });
    return await untilAborted(this.#starting, options.signal);
  }

  /** Says that a request could not reach the server: the next {@link OllamaServer.ensure} looks again. */
  async lost(url: string): Promise<void> {
    if (this.#current?.url !== url) return;
    const health = await this.health();
    if (health.status !== "up" && this.#current?.url === url) await this.#abandon();
  }

  /** Looks at the server in use, or at the host where none is in use yet. Never throws. */
  async health(): Promise<ServerHealth> {
    const url = this.#current?.url;
    const health = await probeServer(url === undefined || url === this.#address.url ? this.#address.host : url);
    this.#watch.seen(health);
    return health;
  }

  /**
   * Listens for the server going away (`gone`) and coming back (`back`). As long as somebody listens, the server is
   * looked at every few seconds.
   * @returns stops listening
   */
  on<K extends keyof ServerEvents>(event: K, listener: (health: ServerEvents[K]) => void): () => void {
    this.#watch.add(event, listener);
    return () => this.#watch.remove(event, listener);
  }

  /** Stops listening. */
  off<K extends keyof ServerEvents>(event: K, listener: (health: ServerEvents[K]) => void): void {
    this.#watch.remove(event, listener);
  }

  /**
   * Stops what this object started or shared with the program that did, unless others still use it, and nothing else. A
   * later {@link OllamaServer.ensure} starts again.
   */
  async stop(): Promise<void> {
    await this.#starting?.catch(() => undefined);
    this.#watch.clear();
    await this.#abandon();
  }

  /** The same as {@link OllamaServer.stop}. */
  async cleanup(): Promise<void> {
    await this.stop();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  get #stateDir(): string {
    return this.#init.stateDir ?? stateFolder(this.#env);
  }

  get #env(): NodeJS.ProcessEnv {
    return this.#init.env ?? process.env;
  }

  /** Why nobody is to be used, where nobody is to be started. */
  #noneFound(health: ServerHealth): OllamaError {
    return health.isTimedOut === true ? this.#stalled() : startNotAllowed(this.#address, health);
  }

  #stalled(): OllamaError {
    const { lookTimeoutMs } = this.#init;
    return notAnswering(this.#address, lookTimeoutMs ?? PROBE_TIMEOUT_MS, lookTimeoutMs !== undefined);
  }

  async #find(): Promise<{ found?: ServerInfo; health: ServerHealth }> {
    const health = await probeServer(this.#address.host, this.#init.lookTimeoutMs);
    const stateDir = this.#stateDir;
    if (health.status === "up") {
      const { url } = this.#address;
      const pid = await backgroundServerAt({ url, stateDir });
      const source = pid === undefined ? "running" : "background";
      return { found: { url, source, ...(pid === undefined ? {} : { pid }), ...versionOf(health) }, health };
    }
    // A named host is never substituted, not even by a server of ours.
    if (this.#address.explicit) return { health };
    const background = (await backgroundServers({ stateDir })).find(({ answers }) => answers);
    if (background === undefined) return { health };
    const { url, source, pid } = background;
    return { found: { url, source, pid, ...versionOf(background) }, health };
  }

  async #findOrStart(): Promise<ServerInfo> {
    if (this.#init.embeddedOnly) return this.#use(await this.#embed());
    const { found, health } = await this.#find();
    if (found !== undefined && (await this.#join(found))) return this.#use(found);
    // A silent process there has the port, and nothing may take the place of a host that was named.
    const isForeign = health.status === "foreign" || health.isTimedOut === true;
    if (isForeign && (this.#address.explicit || this.#init.embedded === undefined)) {
      throw health.isTimedOut === true ? this.#stalled() : portOccupied(this.#address, health);
    }
    const served = isForeign ? undefined : await this.#serve();
    if (served !== undefined) return this.#use(served);
    return this.#use(await this.#embed(health));
  }

  #use(info: ServerInfo): ServerInfo {
    this.#current = info;
    this.#init.logger?.debug?.(`Using the Ollama at ${info.url}.`, { ...info });
    if (this.#watch.isWatching) void this.#watch.check();
    return info;
  }

  /** Becomes a user of a server that ends with its last user. @returns `false` when it ended meanwhile */
  async #join({ url, source }: ServerInfo): Promise<boolean> {
    if (source !== "running" || this.#address.loopback === undefined) return true;
    const joined = await joinSharedServer({ stateDir: this.#stateDir, url });
    if (joined === false) return false;
    if (joined.lease !== undefined) this.#hold(joined.lease);
    return true;
  }

  #hold(lease: ServerLease): void {
    this.#stopOwn = () => lease.release(this.#init.stopGraceMs ?? DEFAULTS.stopGraceMs);
  }

  async #serve(): Promise<ServerInfo | undefined> {
    const { loopback, url } = this.#address;
    if (loopback === undefined) return undefined;
    const command = {
      command: this.#init.ollamaBinary ?? DEFAULTS.ollamaBinary,
      args: ["serve"],
      env: { ...this.#env, OLLAMA_HOST: `${loopback.hostname}:${loopback.port}` },
    };
    const startTimeoutMs = this.#init.startTimeoutMs ?? DEFAULTS.startTimeoutMs;
    const place = { stateDir: writableStateFolder(this.#stateDir), url };
    const served = await startSharedServer(command, { place, ...loopback, startTimeoutMs });
    if (served === undefined) return undefined;
    const { process, health, lease } = served;
    if (lease !== undefined) this.#hold(lease);
    if (process?.pid === undefined || lease === undefined) return { url, source: "running", ...versionOf(health) };
    this.#own(process, lease);
    return { url, source: "ollama", pid: process.pid, ...versionOf(health) };
  }

  #own(process: ServeProcess, lease: ServerLease): void {
    void process.ended.then(async () => {
      if (this.#current?.pid !== process.pid) return;
      await lease.drop();
      this.#stopOwn = undefined;
      this.#current = undefined;
      const { status, version, url } = await this.health();
      // It lost the port to another that was started at the same moment, and that one serves now.
      if (status === "up" && this.#current === undefined)
        this.#current = { url, source: "running", ...versionOf({ version }) };
      else this.#logEnd(process);
    });
  }

  #logEnd({ end, log }: ServeProcess): void {
    const message = "The Ollama that was started here has ended; the next request starts it again.";
    this.#init.logger?.warn?.(message, { exitCode: end?.exitCode, signal: end?.signal, log });
  }

  async #embed(health?: ServerHealth): Promise<ServerInfo> {
    const { embedded } = this.#init;
    const binary = this.#init.ollamaBinary ?? DEFAULTS.ollamaBinary;
    if (embedded === undefined || (this.#address.explicit && !this.#init.embeddedOnly)) {
      const hasEngine = embedded !== undefined;
      throw nothingToStart(this.#address, { binary, hasEngine, ...(health && { health }) });
    }
    const { info, stop } = await startEmbeddedEngine(embedded, { address: this.#address, env: this.#env });
    this.#stopOwn = stop;
    return info;
  }

  async #abandon(): Promise<void> {
    const stopOwn = this.#stopOwn;
    this.#stopOwn = undefined;
    this.#current = undefined;
    await stopOwn?.();
  }
}
