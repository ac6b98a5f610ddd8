import { OllamaError } from "@codo/ollama-contract";
import type { ServeProcess } from "./serve-process.js";
import type { ServerAddress } from "./server-address.js";
import type { ServerHealth } from "./server-info.js";

const INSTALL_OR_NAME = "Install Ollama (https://ollama.com/download), or name a running server with OLLAMA_HOST";

/** Nothing answers, and nothing can be started. */
export function nothingToStart(
  address: ServerAddress,
  { binary, hasEngine, health }: { binary: string; hasEngine: boolean; health?: ServerHealth },
): OllamaError {
  if (health?.advice !== undefined) return notReached(address, health);
  const isElsewhere = address.explicit && address.loopback === undefined;
  const mayEmbed = !address.explicit && !hasEngine;
  const what = isElsewhere ? "" : `, and there is no program "${binary}" to start one`;
  const advice = isElsewhere
    ? "Start it there, or name another server with OLLAMA_HOST."
    : `${INSTALL_OR_NAME}${mayEmbed ? ", or give an embedded engine." : "."}`;
  return new OllamaError("SERVER_UNAVAILABLE", `No Ollama answers at ${address.url}${what}.`, {
    advice,
    details: { url: address.url, binary },
  });
}

/** The embedded engine, the last resort, failed too. */
export function engineFailed(address: ServerAddress, cause: unknown): OllamaError {
  const why = (cause instanceof Error ? cause.message : String(cause)).replace(/\.$/, "");
  const message = `No Ollama answers at ${address.url}, and the embedded engine could not be started: ${why}.`;
  return new OllamaError("SERVER_UNAVAILABLE", message, {
    cause,
    advice: `${INSTALL_OR_NAME}.`,
    details: { url: address.url },
  });
}

/** Why a server that was named is not reached, where more is known than that nobody listens. */
function notReached({ url }: ServerAddress, { reason, advice = "" }: ServerHealth): OllamaError {
  const message = `No Ollama answers at ${url}: ${reason ?? "nothing is known"}`;
  return new OllamaError("SERVER_UNAVAILABLE", message, { retryable: false, advice, details: { url, reason, advice } });
}

/** Something that is no Ollama has the port. */
export function portOccupied(address: ServerAddress, health: ServerHealth): OllamaError {
  const { reason = "nothing", advice = "Name the address of an Ollama with OLLAMA_HOST." } = health;
  const message = `Something answers at ${address.url} that is no Ollama. It said: ${reason}`;
  return new OllamaError("SERVER_UNAVAILABLE", message, {
    retryable: false,
    advice,
    details: { url: address.url, reason: health.reason, advice },
  });
}

/** Something listens there, or swallows what is sent there, and does not answer: nothing else can be started in its place. */
export function notAnswering(address: ServerAddress, waitedMs: number, isLimited: boolean): OllamaError {
  const message = `The server at ${address.url} did not answer within ${waitedMs} ms.`;
  const code = isLimited ? "TIMEOUT_TOTAL" : "TIMEOUT_CONNECT";
  return new OllamaError(code, message, {
    advice: "See whether it is stalled or overloaded, or name another server with OLLAMA_HOST.",
    details: { url: address.url, limitMs: waitedMs },
  });
}

/** Nobody wants a server started. */
export function startNotAllowed(address: ServerAddress, health: ServerHealth): OllamaError {
  if (health.status === "foreign") return portOccupied(address, health);
  if (health.advice !== undefined) return notReached(address, health);
  const message = `No Ollama answers at ${address.url}, and starting one is switched off.`;
  return new OllamaError("SERVER_UNAVAILABLE", message, {
    advice: 'Start it with "ollama serve", or name another server with OLLAMA_HOST.',
    details: { url: address.url, reason: health.reason },
  });
}

/** The program ended before it served. */
export function diedEarly(process: ServeProcess, url: string): OllamaError {
  const { exitCode, signal, error } = process.end ?? { exitCode: null, signal: null };
  const how = error
    ? `could not be started (${error.message})`
    : `ended at once (${signal ?? `exit status ${exitCode}`})`;
  return failedStart(process, url, `${how} without serving at ${url}`, { exitCode, signal, errno: error?.code });
}

/** The program runs and does not serve. */
export function neverReady(process: ServeProcess, url: string, waitedMs: number, health?: ServerHealth): OllamaError {
  const seconds = Math.round(waitedMs / 1000);
  const what = health?.status === "foreign" ? "answers, but not as an Ollama does," : "did not answer";
  return failedStart(process, url, `${what} at ${url} within ${seconds} s, and was stopped`, { waitedMs });
}

function failedStart(process: ServeProcess, url: string, what: string, details: Record<string, unknown>): OllamaError {
  const { command, args } = process.command;
  const commandLine = [command, ...args].join(" ");
  const log =
    process.log === "" ? "It printed nothing." : `Its last lines (${process.command.logFile}):\n${process.log}`;
  const message = `"${commandLine}" ${what}. Check that "${command}" is Ollama, or name a running server with OLLAMA_HOST. ${log}`;
  return new OllamaError("SERVER_UNAVAILABLE", message, {
    retryable: false,
    details: { url, command: commandLine, log: process.log, ...details },
  });
}
