/**
 * How a server came to be known. `ollama` and `embedded` were started by this process; an embedded engine ends with it,
 * and a started `ollama serve` with the last program that uses it. `background` runs until somebody stops it.
 */
export type ServerSource = "running" | "background" | "ollama" | "embedded";

/** A server that answers. */
export interface ServerInfo {
  /** Where it answers, without a trailing slash. */
  url: string;
  source: ServerSource;
  /** What it says its version is. */
  version?: string;
  /** Its process, where it is known. */
  pid?: number;
}

/** What a look at a server found. */
export interface ServerHealth {
  /** `foreign`: something answers there, and it is no Ollama. */
  status: "up" | "down" | "foreign";
  url: string;
  version?: string;
  /** Why it is not up, for a person. */
  reason?: string;
  /** What to do about it, where the reason says so: an untrusted certificate, a name that does not resolve, a proxy. */
  advice?: string;
  /** It did not answer in time: it may be there and be stalled. */
  isTimedOut?: boolean;
  /** How long the answer took, in milliseconds. */
  latencyMs: number;
  /** ISO 8601. */
  checkedAt: string;
}

/** An engine that runs inside this process, as the embedded engine's `startEngine` gives it. */
export interface EmbeddedEngine {
  url: string;
  port: number;
  pid?: number | undefined;
  stop(): Promise<void>;
  /** Lets the process end although the engine runs. */
  unref?(): void;
}

/** The part of an engine package that a server needs. */
export interface EmbeddedEngineModule {
  /** `models` is the folder of the user's models. */
  startEngine(options: { host: string; port: number; models: string }): Promise<EmbeddedEngine>;
}

/** The version of a server, where it is known. */
export function versionOf({ version }: { version?: string | undefined }): { version?: string } {
  return version === undefined ? {} : { version };
}
