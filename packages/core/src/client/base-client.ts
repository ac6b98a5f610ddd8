import type { CallOptions, Timeouts } from "@codo/ollama-contract";
import { OllamaError } from "@codo/ollama-contract";
import type { CreateRequest, LocalFiles } from "../create/create-request.js";
import { encodeImage, encodeImages, hasImagesToEncode } from "../images/encode-images.js";
import { imagePathHint } from "../images/image-path-hint.js";
import { AnswerWatcher, ProgressWatcher } from "../ndjson/watchers.js";
import type { RequestBody } from "../transport/transport.js";
import type { ChatRequest, ChatResponse } from "../wire/chat.js";
import type { EmbeddingsRequest, EmbeddingsResponse, EmbedRequest, EmbedResponse } from "../wire/embed.js";
import type { GenerateRequest, GenerateResponse } from "../wire/generate.js";
import type { ListResponse, PsResponse, ShowRequest, ShowResponse } from "../wire/model-info.js";
import type {
  CopyRequest,
  DeleteRequest,
  ProgressResponse,
  PullRequest,
  PushRequest,
  StatusResponse,
} from "../wire/model-management.js";
import type { ImageInput } from "../wire/model-options.js";
import type { MeResponse, ServerStatusResponse, VersionResponse } from "../wire/server-info.js";
import type { SystemOneRequest, SystemOneResponse } from "../wire/system-one.js";
import type { WebFetchRequest, WebFetchResponse, WebSearchRequest, WebSearchResponse } from "../wire/web-tools.js";
import type { OllamaClientOptions } from "./client-options.js";
import { RawAnswer } from "./raw-answer.js";
import { type Platform, Requester } from "./requester.js";
import { markStoppable } from "./stoppable-calls.js";
import type { StreamCall } from "./stream-call.js";
import { WebService } from "./web-service.js";

/** What a request has that may be streamed. */
interface Streamable {
  model?: string;
  stream?: boolean;
  images?: unknown;
  messages?: unknown;
}

/**
 * Every endpoint of an Ollama server, with the method names and request shapes of the official JavaScript client.
 * It sends what it is given and lets the server judge; answers come back field for field. Each method takes
 * `{ signal, timeouts, headers }` as its last parameter and rejects with an `OllamaError`.
 */
export class BaseOllamaClient {
  readonly #requester: Requester;
  readonly #localFiles: LocalFiles | undefined;
  readonly #shortTimeouts: Timeouts | undefined;
  readonly #web: WebService;

  protected constructor(options: OllamaClientOptions, platform: Platform) {
    this.#requester = new Requester(options, platform);
    this.#web = new WebService(options, this.#requester.host, platform);
    const { requestTimeoutMs } = options;
    this.#shortTimeouts = requestTimeoutMs === undefined ? undefined : { totalMs: requestTimeoutMs };
    this.#localFiles = platform.localFiles?.(this);
  }

  /** The server's address, without credentials. */
  get host(): string {
    return this.#requester.host;
  }

  /** Generates text from a prompt; without a prompt it loads the model, with `keep_alive: 0` it unloads it. */
  generate(request: GenerateRequest & { stream: true }, options?: CallOptions): StreamCall<GenerateResponse>;
  generate(request: GenerateRequest & { stream?: false }, options?: CallOptions): Promise<GenerateResponse>;
  generate(request: GenerateRequest, options?: CallOptions): Promise<GenerateResponse> | StreamCall<GenerateResponse>;
  generate(request: GenerateRequest, options?: CallOptions): Promise<GenerateResponse> | StreamCall<GenerateResponse> {
    return this.#answer<GenerateResponse>("/api/generate", request, options);
  }

  /** Answers a conversation; without messages it loads the model, with `keep_alive: 0` it unloads it. */
  chat(request: ChatRequest & { stream: true }, options?: CallOptions): StreamCall<ChatResponse>;
  chat(request: ChatRequest & { stream?: false }, options?: CallOptions): Promise<ChatResponse>;
  chat(request: ChatRequest, options?: CallOptions): Promise<ChatResponse> | StreamCall<ChatResponse>;
  chat(request: ChatRequest, options?: CallOptions): Promise<ChatResponse> | StreamCall<ChatResponse> {
    return this.#answer<ChatResponse>("/api/chat", request, options);
  }

  /** Embeds one text or many. */
  embed(request: EmbedRequest, options?: CallOptions): Promise<EmbedResponse> {
    return this.#post("/api/embed", request, options);
  }

  /** Embeds one text by the older endpoint. */
  embeddings(request: EmbeddingsRequest, options?: CallOptions): Promise<EmbeddingsResponse> {
    return this.#post("/api/embeddings", request, options);
  }

  /** The models that the server has. */
  list(options?: CallOptions): Promise<ListResponse> {
    return this.#requester.json({ method: "GET", path: "/api/tags", call: this.#short(options) });
  }

  /** The models that the server holds in memory. */
  ps(options?: CallOptions): Promise<PsResponse> {
    return this.#requester.json({ method: "GET", path: "/api/ps", call: this.#short(options) });
  }

  /** What a model is made of and can do. */
  show(request: ShowRequest, options?: CallOptions): Promise<ShowResponse> {
    return this.#post("/api/show", request, this.#short(options));
  }

  /**
   * Makes a model: from another one, from a Modelfile's text, or from local files, which are uploaded first.
   * Streamed, it yields the wire's lines as they are.
   */
  create(request: CreateRequest & { stream: true }, options?: CallOptions): StreamCall<ProgressResponse>;
  create(request: CreateRequest & { stream?: false }, options?: CallOptions): Promise<ProgressResponse>;
  create(request: CreateRequest, options?: CallOptions): Promise<ProgressResponse> | StreamCall<ProgressResponse>;
  create(request: CreateRequest, options?: CallOptions): Promise<ProgressResponse> | StreamCall<ProgressResponse> {
    // A Modelfile is rarely read: what reads it is loaded with the first one.
    const needsPreparation = request.modelfile !== undefined || request.gguf !== undefined;
    const prepare = async (signal: AbortSignal): Promise<unknown> => {
      const { prepareCreate } = await import("../create/prepare-create.js");
      return await prepareCreate({ ...request, stream: request.stream ?? false }, this.#localFiles, signal);
    };
    return this.#progress("/api/create", request, options, needsPreparation ? prepare : undefined);
  }

  /** Gives a model a second name. */
  copy(request: CopyRequest, options?: CallOptions): Promise<StatusResponse> {
    return this.#post("/api/copy", request, this.#short(options));
  }

  /** Deletes a model. */
  delete(request: DeleteRequest, options?: CallOptions): Promise<StatusResponse> {
    return this.#requester.json({
      method: "DELETE",
      path: "/api/delete",
      model: request.model,
      json: request,
      call: this.#short(options),
    });
  }

  /** Gets a model from a registry; streamed, it yields the wire's lines as they are. */
  pull(request: PullRequest & { stream: true }, options?: CallOptions): StreamCall<ProgressResponse>;
  pull(request: PullRequest & { stream?: false }, options?: CallOptions): Promise<ProgressResponse>;
  pull(request: PullRequest, options?: CallOptions): Promise<ProgressResponse> | StreamCall<ProgressResponse>;
  pull(request: PullRequest, options?: CallOptions): Promise<ProgressResponse> | StreamCall<ProgressResponse> {
    return this.#progress("/api/pull", request, options);
  }

  /** Puts a model into a registry; streamed, it yields the wire's lines as they are. */
  push(request: PushRequest & { stream: true }, options?: CallOptions): StreamCall<ProgressResponse>;
  push(request: PushRequest & { stream?: false }, options?: CallOptions): Promise<ProgressResponse>;
  push(request: PushRequest, options?: CallOptions): Promise<ProgressResponse> | StreamCall<ProgressResponse>;
  push(request: PushRequest, options?: CallOptions): Promise<ProgressResponse> | StreamCall<ProgressResponse> {
    return this.#progress("/api/push", request, options);
  }

  /** The server's version. */
  version(options?: CallOptions): Promise<VersionResponse> {
    return this.#requester.json({ method: "GET", path: "/api/version", call: this.#short(options) });
  }

  /** What the server says of itself, such as whether its cloud is switched off. */
  status(options?: CallOptions): Promise<ServerStatusResponse> {
    return this.#requester.json({ method: "GET", path: "/api/status", call: this.#short(options) });
  }

  /** Who is signed in at ollama.com. */
  me(options?: CallOptions): Promise<MeResponse> {
    return this.#requester.json({ method: "POST", path: "/api/me", json: {}, call: this.#short(options) });
  }

  /** Signs out of ollama.com. */
  signout(options?: CallOptions): Promise<StatusResponse> {
    return this.#requester.json({ method: "POST", path: "/api/signout", json: {}, call: this.#short(options) });
  }

  /**
   * Searches the web by ollama.com. The key is the variable `OLLAMA_API_KEY`, or `authorization` among the call's `headers`;
   * this client's own key is sent only where its host is ollama.com.
   * @throws OllamaError `UNAUTHORIZED` without a key
   */
  webSearch(request: WebSearchRequest, options?: CallOptions): Promise<WebSearchResponse> {
    return this.#web.search(request, options);
  }

  /**
   * Gets a page of the web as text by ollama.com; the key as with {@link BaseOllamaClient.webSearch}.
   * @throws OllamaError `UNAUTHORIZED` without a key
   */
  webFetch(request: WebFetchRequest, options?: CallOptions): Promise<WebFetchResponse> {
    return this.#web.fetch(request, options);
  }

  /** Asks a scoring model questions about one state; for servers that have `/v1/systemone`. */
  systemone(request: SystemOneRequest, options?: CallOptions): Promise<SystemOneResponse> {
    return this.#post("/v1/systemone", request, options);
  }

  /** An image as base64 text. Text is taken for base64 or a `data:` URL, never for a path: see `imageFromFile`. */
  encodeImage(image: ImageInput): Promise<string> {
    return encodeImage(image);
  }

  /** Whether the server has a blob. `digest` is `sha256:` and 64 hexadecimal digits. */
  async headBlob(digest: string, options?: CallOptions): Promise<boolean> {
    try {
      const path = `/api/blobs/${encodeURI(digest)}`;
      const { answer, scope } = await this.#requester.open({ method: "HEAD", path, call: options });
      answer.body.destroy();
      scope.finish();
      return true;
    } catch (error) {
      if (OllamaError.is(error) && error.details.status === 404) return false;
      throw error;
    }
  }

  /**
   * Uploads a blob, as a stream where it is one.
   * @throws OllamaError `INVALID_REQUEST` when the bytes have another digest
   */
  async createBlob(
    digest: string,
    body: RequestBody,
    options?: CallOptions & { sizeBytes?: number },
  ): Promise<StatusResponse> {
    const headers: Record<string, string> = { "content-type": "application/octet-stream" };
    if (options?.sizeBytes !== undefined) headers["content-length"] = String(options.sizeBytes);
    return this.#requester.json({
      method: "POST",
      path: `/api/blobs/${encodeURI(digest)}`,
      body,
      headers,
      call: options,
    });
  }

  /**
   * Sends any request to the server, for what no method stands for, such as `/v1`: any status is an answer, and
   * the body comes as it is. A `json` body is sent as JSON, a `body` as it stands.
   */
  async request(
    method: string,
    path: string,
    options?: CallOptions & { json?: unknown; body?: RequestBody },
  ): Promise<RawAnswer> {
    const { json, body } = options ?? {};
    const { answer, scope } = await this.#requester.open({
      method,
      path,
      json,
      body,
      acceptAnyStatus: true,
      call: options,
    });
    return new RawAnswer(answer, scope, this.#requester.decode);
  }

  /** Aborts every call of this client that is under way. One call alone is aborted by its own `signal`. */
  abort(): void {
    this.#requester.abortAll();
    this.#web.abortAll();
  }

  /** A call that has nothing to wait for but the server itself. */
  #short(call: CallOptions | undefined): CallOptions | undefined {
    if (this.#shortTimeouts === undefined) return call;
    return { ...call, timeouts: { ...this.#shortTimeouts, ...call?.timeouts } };
  }

  #answer<T extends GenerateResponse | ChatResponse>(
    path: string,
    request: Streamable,
    call: CallOptions | undefined,
  ): Promise<T> | StreamCall<T> {
    const wire: Streamable = { ...request, stream: request.stream ?? false };
    const prepare = hasImagesToEncode(wire) ? (): Promise<unknown> => encodeImages(wire) : undefined;
    const hint = (): string | undefined => imagePathHint(wire);
    const outgoing = { method: "POST", path, model: request.model, json: wire, prepare, call, hint };
    if (wire.stream !== true) return this.#requester.json<T>(outgoing);
    return this.#requester.stream<T>(outgoing, (description) => new AnswerWatcher<T>(description));
  }

  #progress(
    path: string,
    request: Streamable,
    call: CallOptions | undefined,
    prepare?: (signal: AbortSignal) => Promise<unknown>,
  ): Promise<ProgressResponse> | StreamCall<ProgressResponse> {
    const wire = { ...request, stream: request.stream ?? false };
    const outgoing = { method: "POST", path, model: request.model, json: wire, prepare, call };
    if (wire.stream !== true) return this.#requester.json(outgoing);
    return this.#requester.stream(outgoing, (description) => new ProgressWatcher(description));
  }

  #post<T>(path: string, request: object, call: CallOptions | undefined): Promise<T> {
    const { model } = request as { model?: string };
    return this.#requester.json({ method: "POST", path, model, json: request, call });
  }
}

markStoppable(BaseOllamaClient.prototype.chat, BaseOllamaClient.prototype.generate);
