import type { ResponseMessage } from "./chat.js";
import type { WireModelOptions } from "./model-options.js";

/** What a model is made of. */
export interface ModelDetails {
  parent_model?: string;
  format?: string;
  family?: string;
  families?: string[] | null;
  /** In words, such as `"1.1B"`. */
  parameter_size?: string;
  quantization_level?: string;
  /** Tokens; only in the list of models. */
  context_length?: number;
  /** Only in the list of models. */
  embedding_length?: number;
  [field: string]: unknown;
}

/** A model in the answer of `GET /api/tags`. */
export interface ListedModel {
  name: string;
  model: string;
  /** RFC 3339, up to nine decimals. */
  modified_at: string;
  /** Bytes on disk. */
  size: number;
  /** SHA-256 of the manifest, 64 hexadecimal digits. */
  digest: string;
  details: ModelDetails;
  /** May list fewer than `show` does. */
  capabilities?: string[];
  /** The cloud model behind a local name. */
  remote_model?: string;
  /** The host of the cloud model. */
  remote_host?: string;
  [field: string]: unknown;
}

/** Answer of `GET /api/tags`. */
export interface ListResponse {
  models: ListedModel[];
  [field: string]: unknown;
}

/** A model in the answer of `GET /api/ps`. */
export interface RunningModel {
  name: string;
  model: string;
  /** Bytes in memory. */
  size: number;
  digest: string;
  details: ModelDetails;
  /** RFC 3339; a model kept for ever expires in a few centuries. */
  expires_at: string;
  /** Bytes in the GPU's memory. */
  size_vram: number;
  /** Tokens; absent on old servers. */
  context_length?: number;
  [field: string]: unknown;
}

/** Answer of `GET /api/ps`. */
export interface PsResponse {
  models: RunningModel[];
  [field: string]: unknown;
}

/** Body of `POST /api/show`. */
export interface ShowRequest {
  model: string;
  system?: string;
  template?: string;
  /** Fill the tokenizer's arrays in `model_info`. */
  verbose?: boolean;
  options?: WireModelOptions;
}

/** A tensor in the answer of `/api/show`. */
export interface ModelTensor {
  name: string;
  type: string;
  shape: number[];
  [field: string]: unknown;
}

/** Answer of `POST /api/show`. */
export interface ShowResponse {
  license?: string;
  modelfile?: string;
  /** Aligned text, one parameter a line. */
  parameters?: string;
  template?: string;
  system?: string;
  renderer?: string;
  parser?: string;
  details?: ModelDetails;
  messages?: ResponseMessage[];
  /** GGUF metadata by key; arrays are null unless `verbose`. */
  model_info?: Record<string, unknown>;
  projector_info?: Record<string, unknown>;
  tensors?: ModelTensor[];
  capabilities?: string[];
  /** RFC 3339, up to nine decimals. */
  modified_at?: string;
  remote_model?: string;
  remote_host?: string;
  requires?: string;
  [field: string]: unknown;
}
