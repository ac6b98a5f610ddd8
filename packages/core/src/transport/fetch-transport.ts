import type { CallScope } from "../deadlines/call-scope.js";
import { connectionError } from "../server-errors/connection-errors.js";
import type {
  ByteSink,
  ByteSource,
  Transport,
  TransportFactory,
  TransportRequest,
  TransportResponse,
} from "./transport.js";

/** A function shaped like the platform's `fetch`. */
export type Fetch = (input: string, init: RequestInit) => Promise<Response>;

/**
 * A transport over `fetch`, the platform's unless another is given. When a connection stands cannot be seen through
 * fetch, so `connectMs` has no effect here.
 */
export function createFetchTransport(fetch: Fetch = (input, init) => globalThis.fetch(input, init)): TransportFactory {
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  return (baseUrl): Transport => ({
    send: (request, scope) => sendByFetch(fetch, baseUrl + request.path, request, scope),
    decode: (bytes) => decoder.decode(bytes),
  });
}

async function sendByFetch(
  fetch: Fetch,
  url: string,
  request: TransportRequest,
  scope: CallScope,
): Promise<TransportResponse> {
  const abort = new AbortController();
  const stopListening = scope.onFailure((failure) => abort.abort(failure));
  try {
    const init = await toRequestInit(request, abort.signal);
    const response = await fetch(url, init);
    return {
      status: response.status,
      statusText: response.statusText,
      header: (name) => response.headers.get(name) ?? undefined,
      headers: () => [...response.headers],
      body: new FetchedBody(response, abort),
    };
  } catch (error) {
    throw scope.failure ?? connectionError(error, scope.description);
  } finally {
    stopListening();
  }
}

async function toRequestInit(request: TransportRequest, signal: AbortSignal): Promise<RequestInit> {
  const { method, headers, body } = request;
  // Redirects are not followed: a key goes only to the host that it was set for.
  const init: RequestInit & { duplex?: "half" } = { method, headers, signal, redirect: "manual" };
  if (body === undefined) return init;
  if (typeof body === "string" || body instanceof Blob) return { ...init, body };
  if (body instanceof Uint8Array) return { ...init, body: body as Uint8Array<ArrayBuffer> };
  return { ...init, body: toReadableStream(body), duplex: "half" } as RequestInit;
}

function toReadableStream(body: ReadableStream<Uint8Array> | AsyncIterable<Uint8Array>): ReadableStream<Uint8Array> {
  if (body instanceof ReadableStream) return body;
  const iterator = body[Symbol.asyncIterator]();
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      const next = await iterator.next();
      if (next.done) controller.close();
      else controller.enqueue(next.value);
    },
    async cancel() {
      await iterator.return?.();
    },
  });
}

/** The body of a fetched answer as a {@link ByteSource}. */
class FetchedBody implements ByteSource {
  readonly #reader: ReadableStreamDefaultReader<Uint8Array> | undefined;
  readonly #abort: AbortController;
  #sink: ByteSink | undefined;
  #ended = false;

  constructor(response: Response, abort: AbortController) {
    this.#reader = response.body?.getReader();
    this.#abort = abort;
  }

  connect(sink: ByteSink): void {
    this.#sink = sink;
  }

  ask(): void {
    if (this.#reader === undefined) {
      this.#end();
      return;
    }
    this.#reader.read().then(
      ({ done, value }) => {
        if (done) this.#end();
        else if (!this.#ended) this.#sink?.data(value);
      },
      (error: unknown) => {
        this.#ended = true;
        this.#sink?.fail(error);
      },
    );
  }

  destroy(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#abort.abort();
  }

  #end(): void {
    this.#ended = true;
    this.#sink?.end();
  }
}
