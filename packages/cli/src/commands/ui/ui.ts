import { OllamaError } from "@codo/ollama-core";
import type { ParsedArguments } from "../../arguments/parsed-arguments.js";
import type { CliContext } from "../../context/cli-context.js";
import { UsageError } from "../../errors/usage-error.js";
import { openInBrowser } from "./open-in-browser.js";

const MOST_PORT = 65_535;

/** Serves the page until a signal comes. */
export async function run(args: ParsedArguments, context: CliContext): Promise<undefined> {
  const { terminal, globals, signal } = context;
  const port = args.number("port") ?? 0;
  if (!Number.isInteger(port) || port < 0 || port > MOST_PORT) {
    throw new UsageError(`--port takes a whole number from 0 to ${MOST_PORT}, not ${port}.`);
  }
  const { startUi } = await loadUi();
  const output = await context.outputs();
  const [manager, config] = [await context.manager(), await context.config()];
  const { url, stop } = await startUi({ port, manager, output, config });
  context.onEnd(stop);
  if (globals.isJson) terminal.json({ url });
  else {
    terminal.line(url);
    terminal.note("Ctrl-C ends it.");
  }
  if (args.flag("open")) await openInBrowser(url, context);
  await new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
}

/** The package of the page: optional, and loaded only by who asks for it. @throws OllamaError `INVALID_CONFIG` */
async function loadUi(): Promise<typeof import("@codo/ollama-ui")> {
  try {
    return await import("@codo/ollama-ui");
  } catch (cause) {
    const advice = "Install it beside codo: npm install @codo/ollama-ui";
    throw new OllamaError("INVALID_CONFIG", "The package @codo/ollama-ui cannot be loaded.", { cause, advice });
  }
}
