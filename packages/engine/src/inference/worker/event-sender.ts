import type { GenerateEvent } from "../inference-contract.js";

/**
 * A message to the serving process and a write to a socket cost as much processor time as a token of a small model.
 * Tokens that come faster than this are sent together; nobody reads so fast, and larger models never do.
 */
const PAUSE_MS = 4;

type Events = [id: number, event: GenerateEvent][];

/** Sends the events of all generations: the first at once, the next ones together after a pause. */
export class EventSender {
  #events: Events = [];
  #sentTokensAt = Number.NEGATIVE_INFINITY;
  #timer: NodeJS.Timeout | undefined;

  constructor(private readonly send: (events: Events) => void) {}

  add(id: number, event: GenerateEvent): void {
    this.#events.push([id, event]);
  }

  /** Sends what is due; the rest follows by itself. */
  sendDue(): void {
    const waitMs = this.#sentTokensAt + PAUSE_MS - performance.now();
    const isUrgent = this.#events.some(([, { type }]) => type !== "token");
    if (isUrgent || waitMs <= 0) this.flush();
    else if (this.#events.length > 0) this.#timer ??= setTimeout(() => this.flush(), waitMs);
  }

  /** Sends all there is. */
  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#events.length === 0) return;
    // After the start of a generation its first token is not kept waiting.
    if (this.#events.some(([, { type }]) => type === "token")) this.#sentTokensAt = performance.now();
    this.send(this.#events);
    this.#events = [];
  }
}
