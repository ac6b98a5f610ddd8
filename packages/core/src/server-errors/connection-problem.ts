import { certificateProblem } from "@codo/ollama-contract";
import type { CallDescription } from "../deadlines/call-scope.js";

/** What kept a connection from being made, where it is more than that nobody listens there. */
export interface ConnectionProblem {
  kind: "certificate" | "name" | "proxy" | "tls";
  /** For a person: what is wrong, as the end of a sentence. */
  reason: string;
  advice: string;
}

const MISNAMED: ReadonlySet<string> = new Set(["ENOTFOUND", "EAI_AGAIN", "EAI_NODATA", "EAI_NONAME"]);
const NO_CONNECTION: ReadonlySet<string> = new Set(["ECONNREFUSED", "ETIMEDOUT", "EHOSTUNREACH", "ENETUNREACH"]);
const NO_TLS = /wrong version number|packet length too long|http request|unknown protocol/i;

/** The problem that a failed connection shows. @param proxy - the proxy that the request went to, without credentials */
export function connectionProblem(
  { errno = "", text }: { errno?: string | undefined; text: string },
  { host }: CallDescription,
  proxy?: string,
): ConnectionProblem | undefined {
  if (proxy !== undefined && (MISNAMED.has(errno) || NO_CONNECTION.has(errno))) {
    const advice = "Start the proxy, correct HTTP_PROXY or HTTPS_PROXY, or except the host with NO_PROXY.";
    return { kind: "proxy", reason: `the proxy ${proxy} of the environment does not answer (${errno})`, advice };
  }
  const certificate = certificateProblem(errno);
  if (certificate !== undefined) return { kind: "certificate", ...certificate };
  if (MISNAMED.has(errno)) {
    const name = host.replace(/^[a-z]+:\/\//, "");
    return {
      kind: "name",
      reason: `the name ${name.replace(/:\d+$/, "")} does not resolve (${errno})`,
      advice: `Check the name in the host "${name}".`,
    };
  }
  if ((errno === "EPROTO" || errno.startsWith("ERR_SSL")) && NO_TLS.test(text)) {
    const advice = `It speaks HTTP without TLS: name it with http://, as ${host.replace(/^https:/, "http:")}.`;
    return { kind: "tls", reason: `what answers there speaks no TLS (${errno})`, advice };
  }
  return undefined;
}
