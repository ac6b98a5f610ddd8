import type { Message } from "./chat.js";

/** Body of `POST /api/copy`. */
export interface CopyRequest {
  source: string;
  destination: string;
}

/** Body of `DELETE /api/delete`. */
export interface DeleteRequest {
  model: string;
}

/** Body of `POST /api/pull`. */
export interface PullRequest {
  model: string;
  /** Allow plain http and bad certificates. */
  insecure?: boolean;
  stream?: boolean;
}

/** Body of `POST /api/push`. */
export interface PushRequest {
  model: string;
  /** Allow plain http and bad certificates. */
  insecure?: boolean;
  stream?: boolean;
}

/** The wire's body of `POST /api/create`. */
export interface WireCreateRequest {
  model: string;
  /** An existing model to start from. */
  from?: string;
  /** File name to digest (`sha256:…`) of a blob that the server has. */
  files?: Record<string, string>;
  /** File name to digest of a LoRA adapter's blob. */
  adapters?: Record<string, string>;
  stream?: boolean;
  /** Such as `"q8_0"`. */
  quantize?: string;
  template?: string;
  license?: string | string[];
  system?: string;
  parameters?: Record<string, unknown>;
  messages?: Message[];
  renderer?: string;
  parser?: string;
  requires?: string;
}

/** One line of a pull, a push or a create. */
export interface ProgressResponse {
  status: string;
  digest?: string;
  /** Bytes of the layer. */
  total?: number;
  /** Bytes done; absent means 0. */
  completed?: number;
  [field: string]: unknown;
}

/** What calls without a body of their own answer: `{ status: "success" }`. */
export interface StatusResponse {
  status: string;
  [field: string]: unknown;
}
