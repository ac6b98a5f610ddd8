import { certificateProblem, OllamaError } from "@codo/ollama-contract";
import type { QueueAddress } from "./queue-address.js";

const NO_LOGIN = /NOAUTH|WRONGPASS|authentication failed|no pg_hba/;
const NO_RIGHT = /NOPERM|permission denied/;
/** How a connection ends where one side speaks TLS and the other does not. */
const CUT_OFF: ReadonlySet<string> = new Set(["ECONNRESET", "EPIPE", "ETIMEDOUT", "EPROTO"]);

/** Why a queue cannot be used: what its server, or the way to it, said. */
export function connectionRefused({ label }: QueueAddress, cause: unknown, name: string): OllamaError {
  const said = cause instanceof Error ? cause.message : String(cause);
  const details = { queue: label };
  if (NO_LOGIN.test(said)) {
    return new OllamaError("UNAUTHORIZED", `The queue's server at ${label} refuses the login (${said}).`, {
      cause,
      details,
      advice: "Put its user and password into the address, before @HOST, or the password into CODO_QUEUE_PASSWORD.",
    });
  }
  if (NO_RIGHT.test(said)) {
    return new OllamaError("UNAUTHORIZED", `The user may not use the queue "${name}" at ${label} (${said}).`, {
      cause,
      details,
      advice: "Name the queue that the user has the right to, or give the right on the server.",
    });
  }
  const errno = String((cause as NodeJS.ErrnoException | undefined)?.code ?? "");
  const { reason, advice } = certificateProblem(errno) ?? { reason: said, advice: adviceFor(label, errno) };
  return new OllamaError("SERVER_UNAVAILABLE", `No queue was reached at ${label}: ${reason}.`, {
    cause,
    details,
    advice,
  });
}

function adviceFor(label: string, errno: string): string {
  const usual = "Start its server, or name another address.";
  if (!CUT_OFF.has(errno)) return usual;
  if (label.startsWith("rediss:")) return `${usual} Where it speaks no TLS, name it with redis://.`;
  if (label.startsWith("redis:")) return `${usual} Where it speaks TLS, name it with rediss://.`;
  return usual;
}
