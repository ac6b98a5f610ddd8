import type { CallOptions, Timeouts } from "@codo/ollama-contract";
import { type Clock, DEFAULT_OLLAMA_URL, parseOllamaHost, systemClock } from "@codo/ollama-contract";
import type { BlobClient } from "../blobs/upload-blob.js";
import type { LocalFiles } from "../create/create-request.js";
import { type CallDescription, CallScope } from "../deadlines/call-scope.js";
import type { Logger } from "../logging/logger.js";
import { JsonLineReader, type StreamWatcher } from "../ndjson/json-line-reader.js";
import { createRetryPolicy, type RetryPolicy } from "../retry/retry-policy.js";
import { boundAnswers } from "../transport/bounded-answers.js";
import { createFetchTransport } from "../transport/fetch-transport.js";
import { readText } from "../transport/read-body.js";
import { isReplayable } from "../transport/request-body.js";
import { sendWithKy } from "../transport/send-with-ky.js";
import type { RequestBody, Transport, TransportFactory, TransportResponse } from "../transport/transport.js";
import { DEFAULT_CONNECT_MS, type OllamaClientOptions } from "./client-options.js";
import { environmentVariable } from "./environment.js";
import { readReply } from "./read-reply.js";
import { StreamCall } from "./stream-call.js";

/** What differs from one runtime to another. */
export interface Platform {
  createTransport: TransportFactory;
  /** Sent unless the caller sets them. */
  headers: Record<string, string>;
  /** The files of the machine, for `create`. */
  localFiles?: (client: BlobClient) => LocalFiles;
  /** Headers of a trace that a request belongs to, where there is one. */
  traceHeaders?: () => Record<string, string> | undefined;
}

/** What a request carries, apart from how it is called. */
export interface Outgoing {
  method: string;
  path: string;
  /** The model it is about, for messages. */
  model?: string | undefined;
  /** Sent as JSON. */
  json?: unknown;
  /** Makes what is sent as JSON, where that takes work; its signal fires when the call is cut. */
  prepare?: ((signal: AbortSignal) => Promise<unknown>) | undefined;
  /** Sent as it is. */
  body?: RequestBody | undefined;
  headers?: Record<string, string>;
  /** Whether a status of 400 and more is an answer like any other. */
  acceptAnyStatus?: boolean;
  /** Asked for where the server found the request invalid: a suggestion, which ends the message. */
  hint?: (() => string | undefined) | undefined;
  call?: CallOptions | undefined;
}

/** An answer whose body is still to be read, with the scope that its reader has to finish. */
export interface OpenAnswer {
  answer: TransportResponse;
  scope: CallScope;
}

/** Sends what the client's methods ask for: with host, headers, deadlines, retries and aborts. */
export class Requester {
  readonly host: string;
  readonly decode: Transport["decode"];
  readonly #headers: Record<string, string>;
  readonly #jsonHeaders: Record<string, string>;
  readonly #timeouts: Timeouts;
  readonly #retry: RetryPolicy;
  readonly #transport: Transport;
  readonly #bounded: Transport;
  readonly #clock: Clock;
  readonly #logger: Logger | undefined;
  readonly #traceHeaders: (() => Record<string, string> | undefined) | undefined;
  readonly #underWay = new Set<CallScope>();

  constructor(options: OllamaClientOptions, platform: Platform) {
    const parsed = parseOllamaHost(options.host ?? environmentVariable("OLLAMA_HOST") ?? DEFAULT_OLLAMA_URL);
    this.host = parsed.url;
    this.#logger = options.logger;
    this.#traceHeaders = platform.traceHeaders;
    for (const warning of parsed.warnings) options.logger?.warn?.(warning);
    const apiKey = options.apiKey ?? environmentKeyFor(parsed.url);
    const authorization = apiKey === undefined ? parsed.authorization : `Bearer ${apiKey}`;
    this.#headers = {
      accept: "application/json, application/x-ndjson",
      ...platform.headers,
      ...(authorization === undefined ? {} : { authorization }),
      ...lowerCaseNames(options.headers),
    };
    this.#jsonHeaders = { "content-type": "application/json", ...this.#headers };
    this.#timeouts = { connectMs: DEFAULT_CONNECT_MS, ...options.timeouts };
    this.#retry = createRetryPolicy(options.retry);
    this.#clock = options.clock ?? systemClock;
    const factory = options.fetch === undefined ? platform.createTransport : createFetchTransport(options.fetch);
    this.#transport = factory(parsed.url);
    this.#bounded = boundAnswers(this.#transport);
    this.decode = this.#transport.decode;
  }

  /** A whole answer as JSON; an empty body is `{ status: "success" }`, as the official client has it. */
  async json<T>(outgoing: Outgoing): Promise<T> {
    const scope = this.#open(outgoing);
    try {
      const answer = await this.#exchange(outgoing, scope);
      const text = await readText(answer.body, scope, this.decode);
      // An order may be answered by nothing; a question may not.
      return (
        text === "" && outgoing.method !== "GET" ? { status: "success" } : readReply(text, scope.description)
      ) as T;
    } catch (error) {
      throw scope.failure ?? error;
    } finally {
      this.#close(scope);
    }
  }

  /** A streamed answer; the request is sent at once. */
  stream<T>(outgoing: Outgoing, watch: (call: CallDescription) => StreamWatcher<T>): StreamCall<T> {
    const scope = this.#open(outgoing);
    const opened = this.#exchange(outgoing, scope).then(
      (answer) => new JsonLineReader<T>(answer.body, scope, watch(scope.description), this.decode),
      (error: unknown) => {
        const failure = scope.failure ?? error;
        this.#close(scope);
        throw failure;
      },
    );
    return new StreamCall<T>(scope, opened);
  }

  /** An answer as it comes; the reader of its body finishes the scope. */
  async open(outgoing: Outgoing): Promise<OpenAnswer> {
    const scope = this.#open(outgoing);
    try {
      return { answer: await this.#exchange(outgoing, scope), scope };
    } catch (error) {
      const failure = scope.failure ?? error;
      this.#close(scope);
      throw failure;
    }
  }

  /** Cuts every call that is under way. */
  abortAll(): void {
    for (const scope of [...this.#underWay]) scope.abort();
  }

  #open({ method, path, model, call }: Outgoing): CallScope {
    const description: CallDescription = { method, path, host: this.host, ...(model === undefined ? {} : { model }) };
    const timeouts = call?.timeouts === undefined ? this.#timeouts : { ...this.#timeouts, ...call.timeouts };
    const scope = new CallScope(description, timeouts, this.#clock, call?.signal, (finished) => {
      this.#underWay.delete(finished);
    });
    if (scope.failure === undefined) this.#underWay.add(scope);
    return scope;
  }

  #close(scope: CallScope): void {
    scope.finish();
  }

  async #exchange(outgoing: Outgoing, scope: CallScope): Promise<TransportResponse> {
    const { method, path, prepare, acceptAnyStatus } = outgoing;
    const json = prepare === undefined ? outgoing.json : await prepareWithin(scope, prepare);
    let { body } = outgoing;
    const traced = this.#traceHeaders?.();
    const own = outgoing.headers !== undefined || outgoing.call?.headers !== undefined || traced !== undefined;
    const usual = json === undefined ? this.#headers : this.#jsonHeaders;
    // Most requests have no headers of their own, and share one object that nobody changes.
    const headers = own
      ? { ...traced, ...usual, ...lowerCaseNames(outgoing.headers), ...lowerCaseNames(outgoing.call?.headers) }
      : usual;
    if (json !== undefined) body = JSON.stringify(json);
    const request = { method, path, headers, body };
    const retry = isReplayable(body) ? this.#retry : createRetryPolicy(false);
    return sendWithKy({
      request,
      scope,
      transport: acceptAnyStatus === true ? this.#transport : this.#bounded,
      retry,
      logger: this.#logger,
      ...(acceptAnyStatus === undefined ? {} : { acceptAnyStatus }),
      ...(outgoing.hint === undefined ? {} : { hint: outgoing.hint }),
    });
  }
}

/** Runs a preparation that ends with its call. */
async function prepareWithin(scope: CallScope, prepare: (signal: AbortSignal) => Promise<unknown>): Promise<unknown> {
  const abort = new AbortController();
  const stopListening = scope.onFailure((failure) => abort.abort(failure));
  try {
    return await prepare(abort.signal);
  } finally {
    stopListening();
  }
}

/** The key in `OLLAMA_API_KEY` is for ollama.com, and goes nowhere else. */
function environmentKeyFor(url: string): string | undefined {
  const { protocol, hostname } = url.startsWith("unix:") ? { protocol: "unix:", hostname: "" } : new URL(url);
  const isOllamaCom = protocol === "https:" && (hostname === "ollama.com" || hostname.endsWith(".ollama.com"));
  return isOllamaCom ? environmentVariable("OLLAMA_API_KEY") : undefined;
}

function lowerCaseNames(headers: Record<string, string> | undefined): Record<string, string> | undefined {
  if (headers === undefined) return undefined;
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}
