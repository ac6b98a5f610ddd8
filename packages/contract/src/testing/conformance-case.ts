import type { ModelExecutor } from "../execution/executor.js";
import type { ToolCall } from "../execution/tool-call.js";

/** What the one model behind an executor under test does with every request. */
export interface ModelScript {
  /** Its name. There is no other model: a request for another one is answered with "not found". */
  model: string;
  /** The pieces of its answer, each sent by itself. */
  pieces: readonly string[];
  /** What it thinks before it answers. */
  thinking?: string;
  /** A tool that it calls after its text. */
  toolCall?: ToolCall;
  /** Nothing of the answer is sent before this settles. */
  beforeFirst?: Promise<void>;
  /** Nothing after the first piece is sent before this settles. */
  afterFirst?: Promise<void>;
  /** It fails with this message after its pieces, in place of an end. */
  failure?: string;
}

/** An executor that {@link testExecutor} examines. */
export interface ExecutorUnderTest {
  executor: ModelExecutor;
  /** Settles when the server sees that its client left a request; absent where there is no server. */
  left?: Promise<void>;
  /** Ends what was made for it. */
  close?: () => Promise<void>;
}

/** Makes an executor with a model behind it that follows a script; called once for each case. */
export type MakeExecutor = (script: ModelScript) => ExecutorUnderTest | Promise<ExecutorUnderTest>;

/** One thing that every executor does; `run` rejects, with what was expected, where an executor does not. */
export interface ConformanceCase {
  name: string;
  run: () => Promise<void>;
}

/** A case before it has an executor: what its model does, and what is asked of the executor then. */
export interface CaseDefinition {
  name: string;
  script: Omit<ModelScript, "model">;
  check: (tested: ExecutorUnderTest) => Promise<void>;
}

/** The only model. */
export const MODEL = "conformance";
/** The answer in its pieces. */
export const PIECES: readonly string[] = ["Grass ", "is ", "green."];
/** The whole answer. */
export const TEXT: string = PIECES.join("");

/** A promise that somebody settles. */
export interface Gate {
  opened: Promise<void>;
  open: () => void;
}

/** Makes a {@link Gate}. */
export function createGate(): Gate {
  let open = (): void => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open };
}

/** What never comes: the server is silent until its client leaves. */
export const NEVER: Promise<void> = new Promise(() => {});
