import { readFileSync } from "node:fs";
import { WELCOME } from "./commands/welcome.js";
import { EXIT_STATUS } from "./errors/exit-status.js";
import { VERSION } from "./version.js";

/*
 * The executable. `--version` and the welcome need none of the rest.
 */

const argv = process.argv.slice(2);
const USUAL_COLUMNS = 80;

/** A reader that has seen enough (`codo … | head`) is no error. */
function endQuietlyOnBrokenPipe(stream: NodeJS.WriteStream): void {
  stream.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE") process.exit(EXIT_STATUS.ok);
    process.exit(EXIT_STATUS.failure);
  });
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
  const columns = process.stdout.columns ?? process.stderr.columns ?? Number(process.env.COLUMNS ?? USUAL_COLUMNS);
  if (argv.length !== 1 || argv[0] !== "--help" || columns !== USUAL_COLUMNS) return false;
  try {
    process.stdout.write(readFileSync(new URL("./help-80.txt", import.meta.url)));
    return true;
  } catch {
    return false;
  }
}

endQuietlyOnBrokenPipe(process.stdout);
endQuietlyOnBrokenPipe(process.stderr);
if (argv.length === 1 && (argv[0] === "--version" || argv[0] === "-V")) {
  process.stdout.write(`codo ${VERSION}\n`);
} else if (argv.length === 0) {
  process.stdout.write(`${WELCOME}\n`);
} else if (!showMadeHelp()) {
  const signal = abortOnSignals();
  const { runCli } = await import("./main.js");
  const { stdout, stderr, env } = process;
  const status = await runCli(argv, { stdout, stderr, env, signal });
  for (const stream of [stdout, stderr]) await new Promise((resolve) => stream.write("", resolve));
  process.exit(status);
}
