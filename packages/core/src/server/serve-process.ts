import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { stopAtExit } from "./exit-guard.js";
import { readLogTail } from "./log-tail.js";

/** A program that serves, and how to start it. */
export interface ServeCommand {
  command: string;
  args: readonly string[];
  env: NodeJS.ProcessEnv;
}

/** A command, and the file that takes what it prints: a pipe would break when this process ends before it. */
export interface LoggedCommand extends ServeCommand {
  logFile: string;
}

/** How a process ended, or why it never began. */
export interface ProcessEnd {
  exitCode: number | null;
  signal: NodeJS.Signals | null;
  error?: NodeJS.ErrnoException;
}

/** How long a process has to end by itself when it is asked to, in milliseconds. */
export const STOP_GRACE_MS = 5000;

/** A server that this process started as a child, and stops unless it was let go. */
export class ServeProcess {
  readonly command: LoggedCommand;
  readonly #child: ChildProcess;
  readonly #forget: () => void;
  /** Resolves when the process has ended; never rejects. */
  readonly ended: Promise<ProcessEnd>;
  end: ProcessEnd | undefined;

  constructor(command: LoggedCommand) {
    this.command = command;
    const log = openSync(command.logFile, "w", 0o600);
    this.#child = spawn(command.command, command.args, {
      env: command.env,
      stdio: ["ignore", log, log],
      // A group of its own: Ctrl-C in a terminal is for the program, which then decides about its server.
      detached: process.platform !== "win32",
      windowsHide: true,
    });
    closeSync(log);
    // A program that has nothing else to do ends, and its server with it.
    this.#child.unref();
    this.#forget = stopAtExit(() => this.#signal("SIGTERM"));
    this.ended = new Promise((resolve) => {
      const onEnd = (end: ProcessEnd): void => {
        this.end ??= end;
        this.#forget();
        resolve(this.end);
      };
      this.#child.once("error", (error) => onEnd({ exitCode: null, signal: null, error }));
      this.#child.once("exit", (exitCode, signal) => onEnd({ exitCode, signal }));
    });
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** The last lines that it wrote. */
  get log(): string {
    return readLogTail(this.command.logFile);
  }

  /** Lets it outlive this process: others use it too, and the last of them stops it. */
  letGo(): void {
    this.#forget();
  }

  /** Asks it to end, and after a while ends it. */
  async stop(graceMs: number = STOP_GRACE_MS): Promise<void> {
    if (this.end !== undefined) return;
    this.#signal("SIGTERM");
    // The timer keeps this process alive until the child is gone, which is what the caller waits for.
    const timer = setTimeout(() => this.#signal("SIGKILL"), graceMs);
    await this.ended;
    clearTimeout(timer);
  }

  #signal(signal: NodeJS.Signals): void {
    const { pid } = this.#child;
    if (pid === undefined || this.end !== undefined) return;
    try {
      // The group, so that a script's own children end with it.
      if (process.platform === "win32") this.#child.kill(signal);
      else process.kill(-pid, signal);
    } catch {
      this.#child.kill(signal);
    }
  }
}
