import { type ChildProcess, fork } from "node:child_process";
import type { Socket } from "node:net";
import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import { isProcessAlive } from "@codo/ollama-node-kit";
import { explainLoadFailure } from "./explain-load-failure.js";
import { InferenceChild, type ProcessExit, toError } from "./inference-child.js";
import type { InferenceProcess, LoadedInfo, LoadOptions, StartInference } from "./inference-contract.js";
import { InferenceError } from "./inference-error.js";
import type { FromWorker, ToWorker } from "./protocol.js";
import { removeStates, sweepStates } from "./states-folder.js";

/** How much of what the process says on stderr is kept: the reason of a crash is at its end. */
const KEPT_STDERR = 4096;

let hasSwept = false;

/** What other processes left is removed once. */
function sweepOnce(): void {
  if (hasSwept) return;
  hasSwept = true;
  void sweepStates(isProcessAlive).catch(() => {});
}

/** Starts an inference process and loads a model in it. @throws InferenceError when the file can't be loaded */
export const startInference: StartInference = async (options, signal) => {
  signal?.throwIfAborted();
  const child = fork(workerPath(), [], {
    execArgv: [],
    // Should llama.cpp abort, it need not call a debugger first.
    env: { ...process.env, GGML_NO_BACKTRACE: "1" },
    serialization: "json",
    stdio: ["ignore", "ignore", "pipe", "ipc"],
  });
  const stderr = keepStderr(child);
  const exited = new Promise<ProcessExit>((resolve) => {
    // Not "exit": what the process said last must have arrived.
    child.once("close", (code, exitSignal) => resolve({ code, signal: exitSignal }));
    child.on("error", () => {
      if (child.pid === undefined) resolve({ code: null, signal: null });
    });
  });
  const describeExit = (exit: ProcessExit): string => {
    const how = exit.signal ?? `exit status ${exit.code}`;
    const last = stderr().trim().split("\n").at(-1);
    return `The inference process of ${basename(options.modelPath)} ended (${how})${last ? `: ${last}` : ""}.`;
  };
  sweepOnce();
  void exited.then(() => removeStates(child.pid ?? -1)).catch(() => {});
  const kill = () => child.kill("SIGKILL");
  signal?.addEventListener("abort", kill, { once: true });
  try {
    const info = await load(child, options, exited.then(describeExit));
    signal?.throwIfAborted();
    letGo(child);
    return new InferenceChild(child, info, exited, describeExit) satisfies InferenceProcess;
  } catch (error) {
    kill();
    await exited;
    signal?.throwIfAborted();
    throw await explained(error, options.modelPath);
  } finally {
    signal?.removeEventListener("abort", kill);
  }
};

/** A refusal of llama.cpp's, with what is known of its reason. */
async function explained(error: unknown, modelPath: string): Promise<unknown> {
  if (!(error instanceof InferenceError) || error.reason !== "load") return error;
  const explanation = await explainLoadFailure(modelPath, error.message);
  if (explanation === "") return error;
  const message = `${error.message.replace(/\.$/, "")}.${explanation}`;
  return new InferenceError("load", message, { cause: error, details: error.details });
}

/** What waits for the process keeps this one alive; the process alone does not. */
function letGo(child: ChildProcess): void {
  child.unref();
  child.channel?.unref();
  (child.stderr as Socket | null)?.unref();
}

/** Resolves when the model is in memory; rejects when it can't be, also when the file made the process crash. */
async function load(child: ChildProcess, options: LoadOptions, ended: Promise<string>): Promise<LoadedInfo> {
  const answer = new Promise<FromWorker>((resolve) => child.once("message", resolve));
  child.send({ type: "load", options } satisfies ToWorker, () => {});
  const first = await Promise.race([answer, ended]);
  if (typeof first === "string") throw new InferenceError("load", first);
  if (first.type === "loaded") return first.info;
  if (first.type === "failed") throw toError(first.error);
  throw new InferenceError("load", `The inference process answered ${first.type} to a load.`);
}

function keepStderr(child: ChildProcess): () => string {
  let text = "";
  child.stderr?.setEncoding("utf8");
  child.stderr?.on("error", () => {});
  child.stderr?.on("data", (chunk: string) => {
    text = (text + chunk).slice(-KEPT_STDERR);
  });
  return () => text;
}

/** The built worker: beside the bundle, or in `dist` when this module runs from its source. */
function workerPath(): string {
  const fromSource = import.meta.url.endsWith("/src/inference/start-inference.ts");
  return fileURLToPath(
    new URL(fromSource ? "../../dist/inference-process.js" : "./inference-process.js", import.meta.url),
  );
}
