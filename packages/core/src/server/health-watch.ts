import type { ServerHealth } from "./server-info.js";

/** What can be listened for: a server that went away, and one that came back. */
export interface ServerEvents {
  gone: ServerHealth;
  back: ServerHealth;
}

type Listener = (health: ServerHealth) => void;

/**
 * Looks at a server at intervals, as long as somebody listens, and tells when it goes away and when it comes back.
 * It does not keep the process alive.
 */
export class HealthWatch {
  readonly #listeners: { [K in keyof ServerEvents]: Set<Listener> } = { gone: new Set(), back: new Set() };
  readonly #look: () => Promise<ServerHealth | undefined>;
  readonly #intervalMs: number;
  #timer: NodeJS.Timeout | undefined;
  #wasUp: boolean | undefined;

  /** @param look gives nothing where there is no server to watch yet */
  constructor(look: () => Promise<ServerHealth | undefined>, intervalMs: number) {
    this.#look = look;
    this.#intervalMs = intervalMs;
  }

  add(event: keyof ServerEvents, listener: Listener): void {
    this.#listeners[event].add(listener);
    if (this.#timer !== undefined) return;
    this.#timer = setInterval(() => void this.check(), this.#intervalMs);
    this.#timer.unref();
    void this.check();
  }

  remove(event: keyof ServerEvents, listener: Listener): void {
    this.#listeners[event].delete(listener);
    if (this.#listeners.gone.size + this.#listeners.back.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#wasUp = undefined;
  }

  clear(): void {
    for (const event of ["gone", "back"] as const) {
      for (const listener of this.#listeners[event]) this.remove(event, listener);
    }
  }

  /** Looks now. */
  async check(): Promise<void> {
    const health = await this.#look();
    if (health !== undefined) this.seen(health);
  }

  /** Takes note of what a look found, and tells the listeners of a change. */
  seen(health: ServerHealth): void {
    const isUp = health.status === "up";
    const wasUp = this.#wasUp;
    this.#wasUp = isUp;
    if (wasUp === undefined || wasUp === isUp) return;
    for (const listener of this.#listeners[isUp ? "back" : "gone"]) listener(health);
  }
}
