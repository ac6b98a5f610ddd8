import diagnostics, { type Channel } from "node:diagnostics_channel";
import { type ChannelNames, createIdFactory, OllamaError } from "@codo/ollama-contract";

const nextId = createIdFactory();

/** The channels of one kind of work, opened once. */
export type TraceChannels = Record<keyof ChannelNames, Channel> & { scope?: Channel };

/** Opens channels by their names; `scope` for work that has other work inside. */
export function openChannels(names: ChannelNames, scope?: string): TraceChannels {
  return {
    ...(scope === undefined ? {} : { scope: diagnostics.channel(scope) }),
    start: diagnostics.channel(names.start),
    firstToken: diagnostics.channel(names.firstToken),
    end: diagnostics.channel(names.end),
    error: diagnostics.channel(names.error),
  };
}

/** Publishes the life of one piece of work: its start when it is made, then one of `end` and `fail`. */
export class Trace {
  readonly #channels: TraceChannels;
  readonly #about: object;
  readonly #startedAtMs: number = performance.now();
  #id: string | undefined;
  #isOver = false;

  /** `about` is in every message; `id` where the work has one already. */
  constructor(channels: TraceChannels, about: object, id?: string) {
    this.#channels = channels;
    this.#about = about;
    this.#id = id;
    if (channels.start.hasSubscribers) this.#publish("start", { startedAt: new Date().toISOString() });
  }

  /** The first of the answer has come, `ttftMs` milliseconds after the request. */
  firstToken(ttftMs: number = performance.now() - this.#startedAtMs): void {
    if (this.#channels.firstToken.hasSubscribers) this.#publish("firstToken", { ttftMs });
  }

  end(details: object = {}): void {
    if (this.#isOver) return;
    this.#isOver = true;
    if (this.#channels.end.hasSubscribers) this.#publish("end", { durationMs: this.#elapsedMs(), ...details });
  }

  fail(error: unknown): void {
    if (this.#isOver) return;
    this.#isOver = true;
    if (!this.#channels.error.hasSubscribers) return;
    const code = OllamaError.is(error) ? { code: error.code } : {};
    this.#publish("error", { durationMs: this.#elapsedMs(), error, ...code });
  }

  /** Runs what belongs to this work, in the stores that are bound to its scope. */
  within<T>(run: () => T): T {
    const { scope } = this.#channels;
    return scope?.hasSubscribers === true ? scope.runStores(this.#message({}), run) : run();
  }

  #publish(channel: keyof ChannelNames, details: object): void {
    this.#channels[channel].publish(this.#message(details));
  }

  // An id is made where somebody listens.
  #message(details: object): object {
    this.#id ??= nextId();
    return { id: this.#id, ...this.#about, ...details };
  }

  #elapsedMs(): number {
    return performance.now() - this.#startedAtMs;
  }
}
