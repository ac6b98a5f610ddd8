import { type ChildProcess, spawn } from "node:child_process";
import { platform } from "node:os";
import { basename } from "node:path";
import { InferenceError } from "../inference-error.js";

/** How a process ended. */
export interface ServerExit {
  code: number | null;
  signal: string | null;
}

/** A `llama-server` that listens. */
export interface ServerProcess {
  pid: number;
  url: string;
  exited: Promise<ServerExit>;
  /** What it said last. */
  lastWords(): string;
  stop(): Promise<void>;
}

const KEPT_LOG = 8192;
const LISTENING = /listening on (http:\/\/127\.0\.0\.1:\d+)/;

/**
 * The server ends when this process does, also when that is killed: a shell waits for the end of its input, which is a
 * pipe from here, and then kills it. Exported for tests.
 */
export const WATCHED =
  'exec 3<&0; "$@" </dev/null 3<&- & server=$!; (read -r _ <&3; kill -9 $server) 2>/dev/null & wait $server';

/** Starts a `llama-server` and waits until it has loaded its model. @throws InferenceError `load` */
export async function startServerProcess(
  binary: string,
  args: readonly string[],
  { apiKey, signal }: { apiKey: string; signal: AbortSignal | undefined },
): Promise<ServerProcess> {
  const isWatched = platform() !== "win32";
  const [command, ...words] = isWatched ? ["sh", "-c", WATCHED, "sh", binary, ...args] : [binary, ...args];
  const child = spawn(command ?? binary, words, {
    env: { ...process.env, LLAMA_API_KEY: apiKey, GGML_NO_BACKTRACE: "1" },
    stdio: ["pipe", "pipe", "pipe"],
  });
  child.stdin.on("error", () => {});
  const end = (): void => {
    child.stdin.destroy();
    if (!isWatched) child.kill("SIGKILL");
  };
  const exited = new Promise<ServerExit>((resolve) => {
    child.once("exit", end);
    child.once("close", (code, exitSignal) => resolve({ code, signal: exitSignal }));
    child.once("error", () => resolve({ code: null, signal: null }));
  });
  signal?.addEventListener("abort", end, { once: true });
  const log = keepLog(child);
  try {
    const url = await Promise.race([log.listening, exited.then(() => undefined)]);
    signal?.throwIfAborted();
    if (url === undefined) throw new InferenceError("load", `${basename(binary)} ended: ${reasonIn(log.text())}`);
    const stop = async (): Promise<void> => {
      end();
      await exited;
    };
    return { pid: child.pid ?? -1, url, exited, stop, lastWords: () => reasonIn(log.text()) };
  } catch (error) {
    end();
    throw error;
  } finally {
    signal?.removeEventListener("abort", end);
  }
}

function keepLog(child: ChildProcess): { listening: Promise<string>; text: () => string } {
  let text = "";
  let found: (url: string) => void = () => {};
  const listening = new Promise<string>((resolve) => {
    found = resolve;
  });
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding("utf8");
    stream?.on("data", (chunk: string) => {
      text = (text + chunk).slice(-KEPT_LOG);
      const url = LISTENING.exec(text)?.[1];
      if (url !== undefined) found(url);
    });
  }
  return { listening, text: () => text };
}

/** The first line that the server calls an error; else the last that it said. */
function reasonIn(log: string): string {
  const lines = log.split("\n").filter((line) => line.trim() !== "");
  const error = lines.find((line) => / E /.test(line) || /\berror\b/i.test(line));
  return (error ?? lines.at(-1) ?? "it said nothing").replace(/^[\d.]+ [A-Z] +/, "").trim();
}
