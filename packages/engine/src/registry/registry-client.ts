import ky, { type Options } from "ky";
import { ApiError } from "../http/api-error.js";
import { OLLAMA_VERSION } from "../settings/ollama-version.js";
import { MEDIA_TYPES } from "../store/manifest.js";
import type { ModelName } from "../store/model-name.js";
import { requestToken } from "./bearer-token.js";
import { networkReason } from "./network-reason.js";
import { registryFetch } from "./registry-fetch.js";

const USER_AGENT = `codo-ollama-engine (compatible; ollama/${OLLAMA_VERSION})`;
const MAX_REDIRECTS = 5;

/** Bytes of a blob, as a registry sends them. */
export interface BlobPart {
  /** Whether the registry sent the part that was asked for, and not the whole blob. */
  isPart: boolean;
  body: ReadableStream<Uint8Array>;
}

/** What is asked of a registry. */
export interface RegistryRequest {
  /** @defaultValue "get" */
  method?: "get" | "head" | "post" | "patch" | "put";
  headers?: Record<string, string>;
  body?: Uint8Array<ArrayBuffer> | string;
  signal: AbortSignal;
}

/** How a registry is spoken to. */
export interface RegistryAccess {
  /** Plain HTTP. */
  isPlain?: boolean;
  /** Over TLS, but its certificate may be anybody's. */
  isUnverified?: boolean;
}

/**
 * A registry, by the protocol of OCI's distribution as Ollama speaks it: `/v2/<namespace>/<model>/manifests/<tag>` and
 * `…/blobs/<digest>`. A token that the registry asks for is fetched once, and sent to the registry alone: where it
 * redirects to, a signed address says enough.
 */
export class RegistryClient {
  readonly #base: string;
  readonly #name: ModelName;
  readonly #send: Send;
  #token: string | undefined;

  constructor(name: ModelName, { isPlain = false, isUnverified = false }: RegistryAccess = {}) {
    this.#name = name;
    this.#send = (url, request) => send(url, request, isUnverified);
    this.#base = `${isPlain ? "http" : "https"}://${name.host}/v2/${name.namespace}/${name.model}`;
  }

  /** The manifest's own text. @throws ApiError with the real server's words */
  async manifest(signal: AbortSignal): Promise<string> {
    const headers = { accept: MEDIA_TYPES.manifest };
    const response = await this.request(this.manifestUrl, { headers, signal }).catch((error: unknown) => {
      throw error instanceof ApiError ? new ApiError(500, `pull model manifest: ${error.message}`) : error;
    });
    if (response.status === 404) throw new ApiError(500, "pull model manifest: file does not exist");
    const text = await response.text();
    if (!response.ok) throw new ApiError(500, `pull model manifest: ${response.status}: ${text.trim()}`);
    return text;
  }

  /** A blob's bytes from `from` to before `to`. @throws ApiError */
  async blob(
    digest: string,
    { from, to, signal }: { from: number; to: number; signal: AbortSignal },
  ): Promise<BlobPart> {
    const headers = { range: `bytes=${from}-${to - 1}` };
    const response = await this.request(this.blobUrl(digest), { headers, signal });
    if (!response.ok || response.body === null) {
      await response.body?.cancel();
      throw new ApiError(500, `pull ${digest}: the registry answered with status ${response.status}`);
    }
    return { isPart: response.status === 206, body: response.body };
  }

  get manifestUrl(): string {
    return `${this.#base}/manifests/${this.#name.tag}`;
  }

  /** Where a blob is; `uploads/` is where one is brought. */
  blobUrl(digest: string): string {
    return `${this.#base}/blobs/${digest}`;
  }

  /** Asks the registry, or where it sends its clients; any status is an answer. @throws ApiError when nobody answers */
  async request(url: string, request: RegistryRequest): Promise<Response> {
    let response = await this.#send(url, this.#withToken(url, request));
    if (response.status === 401 && this.#isOwn(url)) {
      await response.body?.cancel();
      this.#token = await requestToken(response.headers.get("www-authenticate"), request.signal, this.#send);
      response = await this.#send(url, this.#withToken(url, request));
    }
    return await follow(url, { response, request, send: this.#send });
  }

  #withToken(url: string, request: RegistryRequest): RegistryRequest {
    if (this.#token === undefined || !this.#isOwn(url)) return request;
    return { ...request, headers: { ...request.headers, authorization: `Bearer ${this.#token}` } };
  }

  #isOwn(url: string): boolean {
    return new URL(url).origin === new URL(this.#base).origin;
  }
}

type Send = (url: string, request: RegistryRequest) => Promise<Response>;

async function follow(
  from: string,
  { response: first, request, send }: { response: Response; request: RegistryRequest; send: Send },
): Promise<Response> {
  let url = from;
  let response = first;
  for (let hops = 0; hops < MAX_REDIRECTS; hops++) {
    const location = response.headers.get("location");
    if (response.status < 300 || response.status > 399 || location === null) return response;
    // Other redirects would make a GET of what brings something.
    if (request.body !== undefined && response.status !== 307 && response.status !== 308) return response;
    await response.body?.cancel();
    const next = new URL(location, url);
    if (new URL(url).protocol === "https:" && next.protocol !== "https:") {
      throw new ApiError(500, `the registry redirects from https to ${next.origin}, which is not encrypted`);
    }
    url = next.href;
    response = await send(url, request);
  }
  throw new ApiError(500, `the registry redirects more than ${MAX_REDIRECTS} times`);
}

/** Any status is an answer; what fails on the way is sent again twice, unless it has a body. */
async function send(url: string, { headers, ...request }: RegistryRequest, isUnverified: boolean): Promise<Response> {
  const options: Options = {
    fetch: (input, init) => registryFetch(new Request(input, init), { isUnverified }),
    ...request,
    headers: { "user-agent": USER_AGENT, ...headers },
    redirect: "manual",
    timeout: false,
    throwHttpErrors: false,
    retry: request.body === undefined ? 2 : 0,
  };
  try {
    return await ky(url, options);
  } catch (error) {
    request.signal.throwIfAborted();
    const { method = "get" } = request;
    const verb = method.charAt(0).toUpperCase() + method.slice(1);
    throw new ApiError(500, `${verb} ${JSON.stringify(url)}: ${networkReason(error, url)}`, { cause: error });
  }
}
