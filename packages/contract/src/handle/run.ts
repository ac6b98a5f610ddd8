import type { ExecutionEvent } from "../execution/executor.js";
import type { Cancellation } from "./cancellation.js";

/** What happens between the `start` and the `end` of a run. */
export type RunEvent = Exclude<ExecutionEvent, { type: "start" | "end" }>;

/** An execution in flight, as the code that carries it out sees it. */
export interface Run {
  /** The handle's, and the one to give the result. */
  readonly id: string;
  /** How it ends early: by its caller's signal, by `cancel()`, or when its last reader leaves. */
  readonly cancellation: Cancellation;
  /** Whether anyone has read more than the start: then what was emitted cannot be taken back. */
  readonly hasPassedOn: boolean;
  /** Says that it is worked on: the handle's status is then `running`. */
  begin(): void;
  /** Passes on what happens between `start` and `end`, which the handle emits itself. */
  emit(event: RunEvent): void;
  /**
   * Says that the server has nothing more to do for it, a little before the result is there.
   * @returns whether somebody waits for that, who should have a turn first
   */
  tellAnswered(): boolean;
  /** Forgets what was emitted, for an execution that starts over before anyone has read it. */
  forgetEvents(): void;
}
