import { EXIT_STATUS } from "./errors/exit-status.js";
import { runCli } from "./main.js";

/* The executable. */

/** A reader that has seen enough (`codo … | head`) is no error. */
function endQuietlyOnBrokenPipe(stream: NodeJS.WriteStream): NodeJS.WriteStream {
  stream.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE") process.exit(EXIT_STATUS.ok);
    process.exit(EXIT_STATUS.failure);
  });
  return stream;
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

/** Runs a command; the process ends when its output is out. */
async function runCommandLine(): Promise<void> {
  const stdout = endQuietlyOnBrokenPipe(process.stdout);
  const stderr = endQuietlyOnBrokenPipe(process.stderr);
  const signal = abortOnSignals();
  const status = await runCli(process.argv.slice(2), { stdout, stderr, env: process.env, signal });
  for (const stream of [stdout, stderr]) {
    if (stream.writable) await new Promise<void>((resolve) => stream.write("", () => resolve()));
  }
  process.exit(status);
}

void runCommandLine();
