import type { ServerHealth } from "./server-info.js";

/** What can be listened for: a server that went away, and one that came back. */
export interface ServerEvents {
  gone: ServerHealth;
  back: ServerHealth;
}

type Listener = (health: ServerHealth) => void;

/**
 * Looks at a server at intervals, as long as somebody listens, and reports when it goes away and when it comes back.
 * It does not keep the process alive.
 */
export class HealthWatch {
  readonly #listeners: { [K in keyof ServerEvents]: Set<Listener> } = { gone: new Set(), back: new Set() };
  readonly #look: () => Promise<ServerHealth>;
  readonly #intervalMs: number;
  #timer: NodeJS.Timeout | undefined;
  #wasUp: boolean | undefined;
  #looking = false;

  /** @param look has to hand what it finds to {@link HealthWatch.seen} */
  constructor(look: () => Promise<ServerHealth>, intervalMs: number) {
    this.#look = look;
    this.#intervalMs = intervalMs;
  }

  /** Whether somebody listens. */
  get isWatching(): boolean {
    return this.#timer !== undefined;
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

  /** Looks now, unless a look is under way. */
  async check(): Promise<void> {
    if (this.#looking) return;
    this.#looking = true;
    try {
      await this.#look();
    } finally {
      this.#looking = false;
    }
  }

  /** Takes note of what a look found, and reports a change to the listeners. A server has to be there to go away. */
  seen(health: ServerHealth): void {
    const isUp = health.status === "up";
    const wasUp = this.#wasUp;
    if (wasUp !== undefined || isUp) this.#wasUp = isUp;
    if (wasUp === undefined || wasUp === isUp) return;
    for (const listener of this.#listeners[isUp ? "back" : "gone"]) listener(health);
  }
}
