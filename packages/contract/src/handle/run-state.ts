import type { ExecutionStatus } from "../execution/executor.js";
import { Cancellation } from "./cancellation.js";
import { EventBuffer } from "./event-buffer.js";
import type { Run, RunEvent } from "./run.js";

/** What a handle and those who carry it out share. */
export class RunState implements Run {
  readonly id: string;
  readonly cancellation: Cancellation;
  readonly events: EventBuffer;
  #status: ExecutionStatus = "pending";
  #isAnswered = false;
  #answered: { promise: Promise<void>; settle: () => void } | undefined;

  /** @param cancel called when the last reader leaves before the end */
  constructor(id: string, signal: AbortSignal | undefined, cancel: () => void) {
    this.id = id;
    this.cancellation = new Cancellation(signal);
    this.events = new EventBuffer(cancel);
  }

  get status(): ExecutionStatus {
    return this.#status;
  }

  get answered(): Promise<void> {
    this.#answered ??= deferred();
    if (this.#isAnswered) this.#answered.settle();
    return this.#answered.promise;
  }

  get hasPassedOn(): boolean {
    return this.events.hasPassedOn;
  }

  begin(): void {
    this.#status = "running";
  }

  emit(event: RunEvent): void {
    this.events.push(event);
  }

  tellAnswered(): boolean {
    this.#isAnswered = true;
    this.#answered?.settle();
    return this.#answered !== undefined;
  }

  forgetEvents(): void {
    this.events.forgetAfter(1);
  }

  end(status: ExecutionStatus): void {
    this.#status = status;
    this.cancellation.end();
  }
}

function deferred(): { promise: Promise<void>; settle: () => void } {
  let settle = (): void => {};
  const promise = new Promise<void>((resolve) => {
    settle = resolve;
  });
  return { promise, settle };
}
