import { abortErrorOf } from "../async/until-aborted.js";
import type { OllamaError } from "../errors/ollama-error.js";

/** What is stopped by a call, not by a signal. */
export interface Abortable {
  abort(): void;
}

/**
 * How one execution ends early: by its caller's signal, or by `cancel`. It makes an `AbortSignal` of its own only for
 * those that can be stopped in no other way: to make one for each request costs a tenth of all that a short answer costs.
 */
export class Cancellation {
  readonly #callerSignal: AbortSignal | undefined;
  #controller: AbortController | undefined;
  #underWay: Abortable | undefined;
  #reason: OllamaError | undefined;
  #isOver = false;
  #forward: (() => void) | undefined;

  constructor(callerSignal: AbortSignal | undefined) {
    this.#callerSignal = callerSignal;
  }

  /** Why the execution was cancelled; absent where it was not, or where its caller's signal did it. */
  get reason(): OllamaError | undefined {
    return this.#reason;
  }

  /** A signal for both, the caller's signal and `cancel`. */
  get signal(): AbortSignal {
    this.#controller ??= this.#makeController();
    return this.#controller.signal;
  }

  /** From now on this is stopped on cancel; at once where the run is cancelled already. */
  attach(underWay: Abortable): void {
    if (this.#isOver) return;
    this.#underWay = underWay;
    if (this.#reason !== undefined) underWay.abort();
  }

  /** Ends the execution early, unless it has ended or was cancelled already. */
  cancel(reason: OllamaError): void {
    if (this.#isOver || this.#reason !== undefined) return;
    this.#reason = reason;
    this.#controller?.abort(reason);
    this.#underWay?.abort();
  }

  /** @throws OllamaError what `cancel` was given, or `ABORTED` where the caller's signal has fired */
  throwIfAborted(): void {
    if (this.#reason !== undefined) throw this.#reason;
    if (this.#callerSignal?.aborted) throw abortErrorOf(this.#callerSignal);
  }

  /** The execution has ended: nothing is listened to or held any more. */
  end(): void {
    this.#isOver = true;
    this.#underWay = undefined;
    if (this.#forward !== undefined) this.#callerSignal?.removeEventListener("abort", this.#forward);
  }

  #makeController(): AbortController {
    const controller = new AbortController();
    if (this.#reason !== undefined) controller.abort(this.#reason);
    this.#forward = () => controller.abort(this.#callerSignal?.reason);
    if (this.#callerSignal?.aborted) this.#forward();
    else this.#callerSignal?.addEventListener("abort", this.#forward, { once: true });
    return controller;
  }
}
