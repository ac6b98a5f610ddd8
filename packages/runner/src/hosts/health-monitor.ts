import type { HostPoolOptions } from "./host-types.js";
import type { PoolHost } from "./pool-host.js";

/** Knows which hosts are up: hears of failures, and looks after those that are down until they answer again. */
export class HealthMonitor {
  readonly #hosts: readonly PoolHost[];
  readonly #options: Required<Pick<HostPoolOptions, "healthCheckMs" | "healthTimeoutMs">> & HostPoolOptions;
  readonly #onChange: () => void;
  readonly #probes: Map<PoolHost, Promise<boolean>> = new Map();
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor(hosts: readonly PoolHost[], options: HostPoolOptions, onChange: () => void) {
    this.#hosts = hosts;
    this.#options = { healthCheckMs: 5_000, healthTimeoutMs: 3_000, ...options };
    this.#onChange = onChange;
  }

  markDown(host: PoolHost, error: string): void {
    host.lastError = error;
    this.#set(host, false);
  }

  /** Whether a host answers, asked now. Several who want to know at once share one question. */
  probe(host: PoolHost): Promise<boolean> {
    const running = this.#probes.get(host);
    if (running !== undefined) return running;
    const probe = this.#ask(host).finally(() => this.#probes.delete(host));
    this.#probes.set(host, probe);
    return probe;
  }

  /** Asks some hosts, and says whether any is up. */
  async probeAll(hosts: readonly PoolHost[] = this.#hosts): Promise<boolean> {
    const answers = await Promise.all(hosts.map((host) => this.probe(host)));
    return answers.some(Boolean);
  }

  close(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  async #ask(host: PoolHost): Promise<boolean> {
    try {
      await host.executor.listLoaded({ timeouts: { totalMs: this.#options.healthTimeoutMs } });
      this.#set(host, true);
      return true;
    } catch (error) {
      this.markDown(host, error instanceof Error ? error.message : String(error));
      return false;
    }
  }

  #set(host: PoolHost, isUp: boolean): void {
    if (isUp) host.lastError = undefined;
    if (host.isUp === isUp) return;
    host.isUp = isUp;
    this.#options.onHealthChange?.(host.status());
    this.#watch();
    this.#onChange();
  }

  /** Only hosts that are down are looked after, and only as long as there is one. */
  #watch(): void {
    const hasDown = this.#hosts.some((host) => !host.isUp);
    if (!hasDown) this.close();
    else if (this.#timer === undefined) {
      this.#timer = setInterval(() => {
        void this.probeAll(this.#hosts.filter((host) => !host.isUp));
      }, this.#options.healthCheckMs);
      this.#timer.unref();
    }
  }
}
