import { execFile } from "node:child_process";
import { promisify } from "node:util";

const execute = promisify(execFile);

/** How a {@link PseudoTerminal} is opened. */
export interface PseudoTerminalInit {
  columns: number;
  rows?: number;
  env: NodeJS.ProcessEnv;
  cwd: string;
  /** The command and its words. */
  command: readonly string[];
}

const PATIENCE_MS = 60_000;

/** A program in a terminal of its own, by tmux: what it shows can be read, and keys can be typed. */
export class PseudoTerminal implements AsyncDisposable {
  readonly #socket: string;

  private constructor(socket: string) {
    this.#socket = socket;
  }

  /** Starts the program. When it ends, its exit status is shown as `[status N]`. */
  static async open({ columns, rows = 40, env, cwd, command }: PseudoTerminalInit): Promise<PseudoTerminal> {
    const socket = `codo-test-${process.pid}-${Math.random().toString(36).slice(2)}`;
    const terminal = new PseudoTerminal(socket);
    const line = `${command.map(quote).join(" ")}; echo "[status $?]"; cat`;
    const size = ["-x", String(columns), "-y", String(rows)];
    const variables = Object.entries(env).map(([key, value]) => `${key}=${value ?? ""}`);
    const program = ["env", "-i", ...variables, "TERM=screen-256color", "bash", "--norc", "-c", line];
    await execute("tmux", ["-L", socket, "-f", "/dev/null", "new-session", "-d", ...size, ...program], {
      cwd,
      env: { ...process.env, ...env },
    });
    return terminal;
  }

  /** Types text, or a key such as `C-c` or `Enter`. */
  async type(...keys: string[]): Promise<void> {
    await this.#tmux("send-keys", ...keys);
  }

  /** What is shown now; with its escape sequences, or with lines joined that the terminal broke. */
  async screen({ isColoured = false, isJoined = false } = {}): Promise<string> {
    const flags = [...(isColoured ? ["-e"] : []), ...(isJoined ? ["-J"] : [])];
    const { stdout } = await this.#tmux("capture-pane", "-p", "-S", "-", ...flags);
    return stdout.replace(/\n+$/, "\n");
  }

  /** Waits until what is shown has a text. @throws Error with the screen when it does not come */
  async until(text: string | RegExp): Promise<string> {
    const deadline = performance.now() + PATIENCE_MS;
    for (;;) {
      const shown = await this.screen();
      if (typeof text === "string" ? shown.includes(text) : text.test(shown)) return shown;
      if (performance.now() > deadline) throw new Error(`Not shown: ${String(text)}\n${shown}`);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#tmux("kill-server").catch(() => undefined);
  }

  async #tmux(...args: string[]): Promise<{ stdout: string }> {
    return await execute("tmux", ["-L", this.#socket, ...args]);
  }
}

function quote(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`;
}
