import { OllamaError } from "@codo/ollama-contract";
import { OllamaClient } from "../client/ollama-client.js";
import type { ServerHealth } from "./server-info.js";
import { speaksTls } from "./speaks-tls.js";

/** How long a server has to answer a look, in milliseconds: it answers at once or not at all. */
export const PROBE_TIMEOUT_MS = 5000;

/** How long one look of many has, while a server is starting, in milliseconds. */
export const LOOK_TIMEOUT_MS = 2000;

/** Looks whether an Ollama answers at an address. Never throws, and ends within three times the time-out. */
export async function probeServer(host: string, timeoutMs: number = PROBE_TIMEOUT_MS): Promise<ServerHealth> {
  const client = new OllamaClient({ host, retry: false });
  const startedAtMs = performance.now();
  const outcome = await look(client, timeoutMs);
  return {
    ...outcome,
    url: client.host,
    latencyMs: performance.now() - startedAtMs,
    checkedAt: new Date().toISOString(),
  };
}

const GONE: ReadonlySet<string> = new Set(["SERVER_UNAVAILABLE", "TIMEOUT_CONNECT", "CONNECTION_LOST"]);

type Outcome = Pick<ServerHealth, "status" | "version" | "reason" | "advice" | "isTimedOut">;

async function look(client: OllamaClient, timeoutMs: number): Promise<Outcome> {
  const call = { timeouts: { connectMs: timeoutMs, totalMs: timeoutMs } };
  try {
    const { version } = await client.version(call);
    if (typeof version === "string") return { status: "up", version };
  } catch (error) {
    if (!OllamaError.is(error)) return { status: "foreign", reason: String(error) };
    if (error.code.startsWith("TIMEOUT_")) return { status: "down", reason: error.summary, isTimedOut: true };
    if (error.code === "SERVER_UNAVAILABLE") return down(error);
    // A gateway that wants a key stands before a server; whether the key is right, the real call will show.
    if (error.code === "UNAUTHORIZED" || error.details.status === 403) return { status: "up" };
  }
  return await lookAtModels(client, call);
}

/** Servers that speak the protocol without `/api/version` are servers too. */
async function lookAtModels(client: OllamaClient, call: { timeouts: { totalMs: number } }): Promise<Outcome> {
  try {
    const { models } = await client.list(call);
    if (Array.isArray(models)) return { status: "up" };
  } catch (error) {
    // A server that ends between two questions is down, and nobody else's.
    if (await isPlainHttpToTls(error, client.host, call.timeouts.totalMs)) return speaksTlsThere(client.host);
    if (OllamaError.is(error) && GONE.has(error.code)) return down(error);
    const advice = pathAdvice(client.host);
    const reason = error instanceof Error ? error.message : String(error);
    return { status: "foreign", reason, ...(advice === undefined ? {} : { advice }) };
  }
  return { status: "foreign", reason: "Its answers are not those of an Ollama." };
}

/** A server of TLS closes the connection on what is none, or answers 400: whether it is one, a handshake shows. */
async function isPlainHttpToTls(error: unknown, host: string, timeoutMs: number): Promise<boolean> {
  if (!OllamaError.is(error) || (error.code !== "CONNECTION_LOST" && error.details.status !== 400)) return false;
  return await speaksTls(host, timeoutMs);
}

function speaksTlsThere(host: string): Outcome {
  const advice = `Name it with https://, as ${host.replace(/^http:/, "https:")}.`;
  return { status: "down", reason: "What answers there speaks TLS.", advice };
}

/** That nobody listens needs no advice of its own. */
function down({ summary, advice = "", details }: OllamaError): Outcome {
  const { problem, problemReason } = details;
  if (problem === undefined) return { status: "down", reason: summary };
  return { status: "down", reason: `${String(problemReason)}.`, advice };
}

/** The paths of the APIs belong to the requests, and not to the host. */
function pathAdvice(host: string): string | undefined {
  const { pathname } = new URL(host);
  const at = pathname.search(/\/(?:api|v1)(?:\/|$)/);
  if (at === -1) return undefined;
  const path = pathname.slice(at);
  return `Leave "${path}" out of the host: ${host.slice(0, host.lastIndexOf(path))}`;
}
