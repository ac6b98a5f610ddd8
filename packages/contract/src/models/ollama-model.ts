/** A model that a server has, as `manager.listModels()` gives it. */
export interface OllamaModel {
  /** Full name with tag, such as `llama3.2:latest`. */
  name: string;
  /** The digest's first 12 hexadecimal digits, as `ollama list` prints it. */
  id: string;
  /** Size on disk in bytes. */
  size: number;
  /** When it last changed, ISO 8601. */
  modified: string;
  /** Parameter count in words, such as `"1.1B"`. */
  parameters?: string;
  /** Architecture family, such as `"llama"`. */
  family?: string;
  /** File format, such as `"gguf"`. */
  format?: string;
  /** `loaded` when the server holds it in memory. */
  status: ModelStatus;
  /** The whole SHA-256 digest of the manifest, hexadecimal. */
  digest: string;
  /** Quantization, such as `"Q4_K_M"`. */
  quantization?: string;
  /** Context window that the model was trained for, in tokens. */
  contextLength?: number;
  /** What it can do (`completion`, `tools`, `thinking`, `vision`, `embedding`, `insert`), where already asked for. */
  capabilities?: string[];
}

/** Where a model is in its life on a server. */
export type ModelStatus = "available" | "loaded" | "downloading";
