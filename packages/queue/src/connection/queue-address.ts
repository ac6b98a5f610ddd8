import { OllamaError } from "@codo/ollama-contract";

/** Where a queue is kept: in a Redis or Valkey, or in a PostgreSQL database. */
export interface QueueAddress {
  kind: "redis" | "postgres";
  /** With credentials: never to be shown. */
  url: string;
  /** Without credentials, for people. */
  label: string;
}

const KINDS: Readonly<Record<string, { kind: QueueAddress["kind"]; protocol: string }>> = {
  "redis:": { kind: "redis", protocol: "redis:" },
  "rediss:": { kind: "redis", protocol: "rediss:" },
  "valkey:": { kind: "redis", protocol: "redis:" },
  "valkeys:": { kind: "redis", protocol: "rediss:" },
  "postgres:": { kind: "postgres", protocol: "postgres:" },
  "postgresql:": { kind: "postgres", protocol: "postgresql:" },
};

const ADVICE =
  "Name it like redis://HOST:6379, rediss://HOST:6380 or postgres://HOST/DATABASE, with USER:PASSWORD@ before the host.";

/**
 * Reads the address of a queue.
 * @throws OllamaError `INVALID_REQUEST` for what is no address of a Redis, Valkey or PostgreSQL
 */
export function parseQueueAddress(text: string): QueueAddress {
  const url = URL.parse?.(text.trim()) ?? parseUrl(text.trim());
  if (url === null || url.hostname === "") {
    throw new OllamaError("INVALID_REQUEST", "The address of the queue is no URL.", {
      advice: ADVICE,
      details: { queue: true },
    });
  }
  const known = KINDS[url.protocol];
  if (known === undefined) {
    const what = `A queue cannot be kept at "${url.protocol}//".`;
    throw new OllamaError("INVALID_REQUEST", what, { advice: ADVICE, details: { queue: true } });
  }
  const rest = url.href.slice(url.protocol.length);
  return { kind: known.kind, url: `${known.protocol}${rest}`, label: labelOf(url) };
}

/** Parameters of a database's address can hold secrets too (`?password=`), so none are shown. */
function labelOf({ protocol, host, pathname }: URL): string {
  return `${protocol}//${host}${pathname === "/" ? "" : pathname}`;
}

function parseUrl(text: string): URL | null {
  try {
    return new URL(text);
  } catch {
    return null;
  }
}
