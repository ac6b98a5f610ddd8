export { abortErrorOf, throwIfAborted, untilAborted } from "./async/until-aborted.js";
export { type Waiter, waitForEach } from "./async/waiter.js";
export { errorOfResult } from "./execution/error-of-result.js";
export { promptOf } from "./execution/prompt-of.js";
export type { Abortable, Cancellation } from "./handle/cancellation.js";
export type { Run, RunEvent } from "./handle/run.js";
export { type RunWork, startRun } from "./handle/start-run.js";
export {
  TextBuffer,
  /** @deprecated Use {@link TextBuffer}. */
  TextBuffer as GrowingText,
} from "./text/text-buffer.js";
