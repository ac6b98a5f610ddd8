import { fstatSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { WELCOME } from "./commands/welcome.js";
import { compileCacheFolder, keepCompiled } from "./compile-cache.js";
import { EXIT_STATUS } from "./errors/exit-status.js";
import { lateStream } from "./terminal/late-stream.js";
import type { OutputStream } from "./terminal/terminal.js";
import { VERSION } from "./version.js";

/*
 * The executable. `--version` and the welcome need none of the rest.
 */

const argv = process.argv.slice(2);
const USUAL_COLUMNS = 80;

/** A reader that has seen enough (`codo … | head`) is no error. */
function endQuietlyOnBrokenPipe(stream: NodeJS.WriteStream): NodeJS.WriteStream {
  stream.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE") process.exit(EXIT_STATUS.ok);
    process.exit(EXIT_STATUS.failure);
  });
  return stream;
}

function openStderr(): OutputStream {
  const open = () => endQuietlyOnBrokenPipe(process.stderr);
  // A terminal is one; to ask `node:tty` would load it.
  return fstatSync(2).isCharacterDevice() ? open() : lateStream(open);
}

/** The first signal asks the command to end, the second ends the process. */
function abortOnSignals(): AbortSignal {
  const controller = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.on(signal, () => {
      if (controller.signal.aborted) process.exit(EXIT_STATUS.interrupted);
      controller.abort();
    });
  }
  return controller.signal;
}

/** Shows the page of `--help` that the build made for 80 columns, where that is what is asked for. */
function showMadeHelp(): boolean {
  const columns = process.stdout.columns ?? Number(process.env.COLUMNS ?? USUAL_COLUMNS);
  if (argv.length !== 1 || argv[0] !== "--help" || columns !== USUAL_COLUMNS) return false;
  try {
    process.stdout.write(readFileSync(new URL("./help-80.txt", import.meta.url)));
    return true;
  } catch {
    return false;
  }
}

/** Runs a command; the process ends when its output is out. */
async function runCommandLine(stdout: OutputStream): Promise<void> {
  const signal = abortOnSignals();
  const stderr = openStderr();
  const cache = compileCacheFolder(process.env, process.platform);
  if (cache !== undefined) keepCompiled(fileURLToPath(import.meta.url), cache);
  const { runCli } = await import("./main.js");
  const status = await runCli(argv, { stdout, stderr, env: process.env, signal });
  for (const stream of [stdout, stderr]) {
    if (stream.writable) await new Promise<void>((resolve) => stream.write("", resolve));
  }
  process.exit(status);
}

const stdout = endQuietlyOnBrokenPipe(process.stdout);
if (argv.length === 1 && (argv[0] === "--version" || argv[0] === "-V")) {
  stdout.write(`codo ${VERSION}\n`);
} else if (argv.length === 0) {
  stdout.write(`${WELCOME}\n`);
} else if (!showMadeHelp()) {
  void runCommandLine(stdout);
}
