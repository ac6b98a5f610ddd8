/** The `options` object of a request, as Ollama spells it; all optional. Source: Ollama 0.33, `api.Options`. */
export interface WireModelOptions {
  num_ctx?: number;
  num_batch?: number;
  num_gpu?: number;
  main_gpu?: number;
  use_mmap?: boolean;
  num_thread?: number;
  draft_num_predict?: number;
  num_keep?: number;
  seed?: number;
  num_predict?: number;
  top_k?: number;
  top_p?: number;
  min_p?: number;
  typical_p?: number;
  repeat_last_n?: number;
  temperature?: number;
  repeat_penalty?: number;
  presence_penalty?: number;
  frequency_penalty?: number;
  stop?: string[];
  /** @deprecated Ollama ignores it since 0.1; taken because programs still set it. */
  numa?: boolean;
  /** @deprecated see {@link WireModelOptions.numa} */
  low_vram?: boolean;
  /** @deprecated see {@link WireModelOptions.numa} */
  f16_kv?: boolean;
  /** @deprecated see {@link WireModelOptions.numa} */
  logits_all?: boolean;
  /** @deprecated see {@link WireModelOptions.numa} */
  vocab_only?: boolean;
  /** @deprecated see {@link WireModelOptions.numa} */
  use_mlock?: boolean;
  /** @deprecated see {@link WireModelOptions.numa} */
  embedding_only?: boolean;
  /** @deprecated see {@link WireModelOptions.numa} */
  tfs_z?: number;
  /** @deprecated see {@link WireModelOptions.numa} */
  mirostat?: number;
  /** @deprecated see {@link WireModelOptions.numa} */
  mirostat_tau?: number;
  /** @deprecated see {@link WireModelOptions.numa} */
  mirostat_eta?: number;
  /** @deprecated see {@link WireModelOptions.numa} */
  penalize_newline?: boolean;
}

/** How long a model stays loaded: seconds, or a Go duration such as `"5m"`; negative is for ever, 0 unloads. */
export type KeepAlive = number | string;

/** Whether, and how hard, a thinking model thinks. */
export type Think = boolean | "low" | "medium" | "high" | "max";

/** An image: base64 text, a `data:` URL, or the bytes themselves. */
export type ImageInput = string | Uint8Array | ArrayBuffer | Blob;
