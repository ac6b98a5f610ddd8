import { EXIT_STATUS } from "./errors/exit-status.js";
import { OutputLost } from "./errors/output-lost.js";
import { runCli } from "./main.js";

/* The executable. */

/** The first signal asks the command to end, the second ends the process. */
function abortOnSignals(controller: AbortController): void {
  let hasCome = false;
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.on(signal, () => {
      if (hasCome) process.exit(EXIT_STATUS.interrupted);
      hasCome = true;
      controller.abort();
    });
  }
}

/** A reader that has seen enough (`codo … | head`) asks the command to end too, so that the part that came is kept. */
function abortOnLostOutput(stream: NodeJS.WriteStream, controller: AbortController): NodeJS.WriteStream {
  return stream.on("error", (error) => controller.abort(new OutputLost(error)));
}

/** Runs a command; the process ends when its output is out. */
async function runCommandLine(): Promise<void> {
  const controller = new AbortController();
  const { signal } = controller;
  const stdout = abortOnLostOutput(process.stdout, controller);
  const stderr = abortOnLostOutput(process.stderr, controller);
  abortOnSignals(controller);
  const status = await runCli(process.argv.slice(2), { stdout, stderr, env: process.env, signal });
  for (const stream of [stdout, stderr]) {
    if (stream.writable) await new Promise<void>((resolve) => stream.write("", () => resolve()));
  }
  process.exit(status);
}

void runCommandLine();
