import { type ChildProcess, spawn } from "node:child_process";
import { stopAtExit } from "./exit-guard.js";
import { LogTail } from "./log-tail.js";

/** A program that serves, and how to start it. */
export interface ServeCommand {
  command: string;
  args: readonly string[];
  env: NodeJS.ProcessEnv;
}

/** How a process ended, or why it never began. */
export interface ProcessEnd {
  exitCode: number | null;
  signal: NodeJS.Signals | null;
  error?: NodeJS.ErrnoException;
}

/** How long a process has to end by itself when it is asked to, in milliseconds. */
export const STOP_GRACE_MS = 5000;
const LOG_GRACE_MS = 500;

/** A server that this process started as a child and will stop. */
export class ServeProcess {
  readonly command: ServeCommand;
  readonly #child: ChildProcess;
  readonly #log: LogTail = new LogTail();
  readonly #forget: () => void;
  /** Resolves when the process has ended; never rejects. */
  readonly ended: Promise<ProcessEnd>;
  end: ProcessEnd | undefined;

  constructor(command: ServeCommand) {
    this.command = command;
    this.#child = spawn(command.command, command.args, {
      env: command.env,
      stdio: ["ignore", "pipe", "pipe"],
      // A group of its own: Ctrl-C in a terminal is for the program, which then decides about its server.
      detached: process.platform !== "win32",
      windowsHide: true,
    });
    this.#log.follow(this.#child.stdout);
    this.#log.follow(this.#child.stderr);
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
      this.#child.once("exit", (exitCode, signal) => {
        // With `close` the log is complete; but a grandchild that holds the pipe may put `close` off for ever.
        this.#child.once("close", () => onEnd({ exitCode, signal }));
        setTimeout(() => onEnd({ exitCode, signal }), LOG_GRACE_MS);
      });
    });
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** The last lines that it wrote. */
  get log(): string {
    return this.#log.text;
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
