import { OllamaError } from "@codo/ollama-core";
import type { QueueConnection } from "@codo/ollama-queue";
import type { ParsedArguments } from "../arguments/parsed-arguments.js";
import type { CliContext } from "../context/cli-context.js";
import { UsageError } from "../errors/usage-error.js";

/** The package of queues: optional, and loaded only by who asks for a queue. @throws OllamaError `INVALID_CONFIG` */
export async function loadQueue(): Promise<typeof import("@codo/ollama-queue")> {
  try {
    return await import("@codo/ollama-queue");
  } catch (cause) {
    const message = "The package @codo/ollama-queue cannot be loaded.";
    const advice = "Install it beside codo: npm install @codo/ollama-queue";
    throw new OllamaError("INVALID_CONFIG", message, { cause, advice });
  }
}

/**
 * The queue that a command line names: `--queue`, else `CODO_QUEUE`. `CODO_QUEUE_PASSWORD` keeps a password out of
 * command lines, which others on the machine can see.
 * @throws UsageError where none is named
 */
export function queueConnection(args: ParsedArguments, { env, terminal }: CliContext): QueueConnection {
  const address = args.text("queue") ?? env.CODO_QUEUE;
  if (!address) throw new UsageError("No queue is named.", "Give --queue redis://HOST:6379, or set CODO_QUEUE.");
  const name = args.text("queue-name");
  return {
    connection: withPassword(address, env.CODO_QUEUE_PASSWORD),
    ...(name === undefined ? {} : { name }),
    onWarning: (message) => terminal.warn(message),
  };
}

function withPassword(address: string, password: string | undefined): string {
  if (!password || !URL.canParse(address)) return address;
  const url = new URL(address);
  if (url.password === "") url.password = password;
  return url.href;
}
