import type { Clock, OllamaErrorCode, Timeouts } from "@codo/ollama-contract";
import { OllamaError } from "@codo/ollama-contract";

/** What one call is about, for its error messages. */
export interface CallDescription {
  method: string;
  path: string;
  /** The server's address. */
  host: string;
  model?: string;
}

/** The deadlines by name; each has its own error code. */
export type DeadlineName = keyof Timeouts;

/** A deadline's timer, or the one that looks whether the head of an answer goes on. */
type TimerName = DeadlineName | "head";

const DEADLINES: Record<DeadlineName, { code: OllamaErrorCode; expired: string; advice: string }> = {
  connectMs: {
    code: "TIMEOUT_CONNECT",
    expired: "No connection stood",
    advice: "Check that the server runs and the host is right",
  },
  firstTokenMs: {
    code: "TIMEOUT_FIRST_TOKEN",
    expired: "Nothing of the answer came",
    advice: "The model may still be loading or reading the prompt",
  },
  idleMs: {
    code: "TIMEOUT_IDLE",
    expired: "Nothing more of the answer came",
    advice: "The model may be stuck or the machine overloaded",
  },
  totalMs: { code: "TIMEOUT_TOTAL", expired: "The call was not finished", advice: "Ask for a shorter answer" },
};

/** How a call is described in messages: `POST /api/chat to http://127.0.0.1:11434 (model tiny)`. */
export function describeCall({ method, path, host, model }: CallDescription): string {
  return `${method} ${path} to ${host}${model === undefined ? "" : ` (model ${model})`}`;
}

/**
 * The life of one call: it ends by the caller's signal, by a deadline or by itself. A plain list of listeners in
 * place of an `AbortController`, because every request needs one and few are ever cut.
 */
export class CallScope {
  readonly description: CallDescription;
  readonly #clock: Clock;
  readonly #timeouts: Timeouts;
  readonly #signal: AbortSignal | undefined;
  /** By name; few calls need one. */
  #timers: Partial<Record<TimerName, unknown>> | undefined;
  #onAbort: (() => void) | undefined;
  readonly #onFinish: ((scope: CallScope) => void) | undefined;
  #listeners: ((failure: OllamaError) => void)[] = [];
  #failure: OllamaError | undefined;
  #finished = false;
  #idleSince = 0;

  constructor(
    description: CallDescription,
    timeouts: Timeouts,
    clock: Clock,
    signal?: AbortSignal,
    onFinish?: (scope: CallScope) => void,
  ) {
    this.description = description;
    this.#onFinish = onFinish;
    this.#timeouts = timeouts;
    this.#clock = clock;
    this.#signal = signal;
    if (signal !== undefined) this.#listenTo(signal);
    this.#start("firstTokenMs");
    this.#start("totalMs");
  }

  /** Why the call was cut, once it was. */
  get failure(): OllamaError | undefined {
    return this.#failure;
  }

  /** Cuts the call: everything that waits for it gets the reason. Only the first reason counts. */
  fail(failure: OllamaError): void {
    if (this.#finished) return;
    this.#failure = failure;
    const listeners = this.#listeners;
    this.finish();
    for (const listener of listeners) listener(failure);
  }

  /** Cuts the call as its caller's wish. */
  abort(reason?: unknown): void {
    this.fail(abortedError(this.description, reason));
  }

  /** Calls back when the call is cut; returns how to stop listening. */
  onFailure(listener: (failure: OllamaError) => void): () => void {
    if (this.#failure !== undefined) listener(this.#failure);
    else this.#listeners.push(listener);
    return () => {
      this.#listeners = this.#listeners.filter((other) => other !== listener);
    };
  }

  /** The call is over: timers and listeners are let go. */
  finish(): void {
    if (this.#finished) return;
    this.#finished = true;
    if (this.#onAbort !== undefined) this.#signal?.removeEventListener("abort", this.#onAbort);
    for (const name in this.#timers) this.#stop(name as TimerName);
    this.#listeners = [];
    this.#onFinish?.(this);
  }

  /** A connection is being made. */
  connecting(): void {
    this.#start("connectMs");
  }

  /** The connection stands. */
  connected(): void {
    this.#stop("connectMs");
  }

  /**
   * The request goes out. A server may think for as long as it likes before it says anything, but an answer that it began
   * (an informational status, a part of the head) has to go on within the connect limit, where the caller set no limit
   * for the answer: looked at is how much was read, because of a part of a head nothing else can be seen.
   */
  awaitHead(readBytes: () => number): void {
    const { connectMs, firstTokenMs, totalMs } = this.#timeouts;
    if (!connectMs || firstTokenMs || totalMs || this.#finished) return;
    const atFirst = readBytes();
    const lookAgain = (seen: number): void => {
      const look = (): void => {
        const now = readBytes();
        if (now > atFirst && now === seen) this.fail(headError(connectMs, this.description));
        else lookAgain(now);
      };
      this.#stop("head");
      this.#keep("head", look, connectMs);
    };
    lookAgain(atFirst);
  }

  /** The head of the answer is whole, or will not come. */
  headed(): void {
    this.#stop("head");
  }

  /** The first byte of the answer came. */
  answering(): void {
    this.#stop("firstTokenMs");
  }

  /** From now on the server owes a piece of the answer. One timer is re-used: re-arming one per piece would cost. */
  waiting(): void {
    const limitMs = this.#timeouts.idleMs;
    if (!limitMs || this.#finished) return;
    this.#idleSince = this.#clock.now();
    if (this.#timers?.idleMs === undefined) this.#armIdle(limitMs, limitMs);
  }

  /** A piece came, and nothing is owed until {@link waiting} is called again. */
  received(): void {
    this.#idleSince = 0;
  }

  /** Waits before a retry; rejects at once when the call is cut. */
  sleep(delayMs: number): Promise<void> {
    return new Promise((resolve, reject) => {
      const timer = this.#clock.setTimeout(() => {
        stopListening();
        resolve();
      }, delayMs);
      const stopListening = this.onFailure((failure) => {
        this.#clock.clearTimeout(timer);
        reject(failure);
      });
    });
  }

  #listenTo(signal: AbortSignal): void {
    this.#onAbort = () => this.abort(signal.reason);
    if (signal.aborted) this.#onAbort();
    else signal.addEventListener("abort", this.#onAbort, { once: true });
  }

  #armIdle(limitMs: number, delayMs: number): void {
    const check = (): void => {
      delete this.#timers?.idleMs;
      if (this.#idleSince === 0) return;
      const leftMs = this.#idleSince + limitMs - this.#clock.now();
      if (leftMs > 0) this.#armIdle(limitMs, leftMs);
      else this.fail(timeoutError("idleMs", limitMs, this.description));
    };
    this.#keep("idleMs", check, delayMs);
  }

  #start(name: DeadlineName): void {
    const limitMs = this.#timeouts[name];
    if (!limitMs || this.#finished) return;
    this.#stop(name);
    const expire = (): void => this.fail(timeoutError(name, limitMs, this.description));
    this.#keep(name, expire, limitMs);
  }

  #keep(name: TimerName, callback: () => void, delayMs: number): void {
    this.#timers ??= {};
    this.#timers[name] = this.#clock.setTimeout(callback, delayMs);
  }

  #stop(name: TimerName): void {
    const timer = this.#timers?.[name];
    if (timer === undefined) return;
    this.#clock.clearTimeout(timer);
    delete this.#timers?.[name];
  }
}

function timeoutError(deadline: DeadlineName, limitMs: number, call: CallDescription): OllamaError {
  const { code, expired, advice } = DEADLINES[deadline];
  const message = `${expired} within ${limitMs} ms: ${describeCall(call)}.`;
  return new OllamaError(code, message, {
    advice: `${advice}, or raise timeouts.${deadline}.`,
    details: { deadline, limitMs, ...call },
  });
}

function headError(limitMs: number, call: CallDescription): OllamaError {
  const message = `An answer to ${describeCall(call)} began, but its headers did not arrive within ${limitMs} ms.`;
  return new OllamaError("TIMEOUT_CONNECT", message, {
    advice: "Check that an Ollama serves there and what stands between, or raise timeouts.connectMs.",
    details: { deadline: "connectMs", limitMs, ...call },
  });
}

function abortedError(call: CallDescription, reason: unknown): OllamaError {
  const message = `The caller aborted ${describeCall(call)}.`;
  return new OllamaError("ABORTED", message, { cause: reason, details: { ...call } });
}
