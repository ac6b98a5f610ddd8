import { type ChildProcess, spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { ModelExecutor } from "@codo/ollama-contract";
import { createExecutor, OllamaClient } from "@codo/ollama-core";

/** Delays of the scripted server, in milliseconds. */
export interface Script {
  prefillMs?: number;
  tokenMs?: number;
  tokens?: number;
  /** Requests served at once; the others wait. */
  parallel?: number;
  slowdown?: number;
  /** Every so many-th request is answered with 500; 0 is none. */
  failEvery?: number;
  /** Whether all chunks of an answer are held back until the last token. */
  hold?: boolean;
  /** Whether the answer says how long decoding took. @defaultValue true */
  timed?: boolean;
}

/** When the server really did what, in milliseconds of its clock. */
export interface TruthEntry {
  arrivedMs: number;
  startMs: number;
  sent: number[];
  doneMs: number;
}

/** A running scripted server. */
export interface ScriptedServer extends AsyncDisposable {
  url: string;
  executor: ModelExecutor;
  /** What happened since the last call. */
  truth(): Promise<TruthEntry[]>;
}

/** Starts the scripted server as a process of its own. */
export async function startScriptedServer(script: Script = {}): Promise<ScriptedServer> {
  const path = fileURLToPath(new URL("./scripted-server.js", import.meta.url));
  const child = spawn(process.execPath, [path, JSON.stringify(script)], { stdio: ["pipe", "pipe", "inherit"] });
  const port = await firstLine(child);
  const url = `http://127.0.0.1:${port}`;
  return {
    url,
    executor: createExecutor(new OllamaClient({ host: url, retry: false })),
    truth: async () => (await (await fetch(`${url}/log`)).json()) as TruthEntry[],
    [Symbol.asyncDispose]: async () => {
      child.stdin?.end();
      if (child.exitCode === null) await new Promise((resolve) => child.once("exit", resolve));
    },
  };
}

async function firstLine(child: ChildProcess): Promise<string> {
  let text = "";
  for await (const chunk of child.stdout ?? []) {
    text += String(chunk);
    if (text.includes("\n")) break;
  }
  return text.trim();
}
