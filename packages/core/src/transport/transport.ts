import type { CallScope } from "../deadlines/call-scope.js";

/** What can be sent as a body. */
export type RequestBody = string | Uint8Array | Blob | ReadableStream<Uint8Array> | AsyncIterable<Uint8Array>;

/** A request as a transport takes it. */
export interface TransportRequest {
  method: string;
  /** With a leading slash, relative to the server's address. */
  path: string;
  /** Lower-case names. */
  headers: Record<string, string>;
  body?: RequestBody | undefined;
}

/** Who takes the bytes of an answer. */
export interface ByteSink {
  data(bytes: Uint8Array): void;
  end(): void;
  fail(error: unknown): void;
}

/**
 * The body of an answer. It gives one piece each time it is asked, through callbacks and at once where it has one:
 * that costs a fraction of an async iterator, and a reader that does not ask slows the server down (backpressure).
 */
export interface ByteSource {
  /** Says who takes the bytes; called once, before the first {@link ask}. */
  connect(sink: ByteSink): void;
  /** Asks for the next piece; not again before that has come. */
  ask(): void;
  /** Lets go of the body; unless it had ended, the connection is closed, so that the server stops. */
  destroy(): void;
}

/** The head of an answer, with its body still to come. */
export interface TransportResponse {
  status: number;
  statusText: string;
  /** By lower-case name. */
  header(name: string): string | undefined;
  /** All of them, in their order; a name may come more than once. */
  headers(): [name: string, value: string][];
  body: ByteSource;
}

/** Sends requests to one server. */
export interface Transport {
  /** @throws OllamaError `SERVER_UNAVAILABLE`, `CONNECTION_LOST`, or the scope's failure */
  send(request: TransportRequest, scope: CallScope): Promise<TransportResponse>;
  /** The UTF-8 decoder that is fastest here; keeps a byte order mark. */
  decode(bytes: Uint8Array): string;
}

/** Makes the transport for a server's address. */
export type TransportFactory = (baseUrl: string) => Transport;
