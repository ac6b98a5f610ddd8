import type { ModelFacts } from "../gguf/model-facts.js";
import type { ModelName } from "./model-name.js";

/** A message that a model brings along, or that a request has. */
export interface StoredMessage {
  role: string;
  content: string;
}

/** A model that can be run: what its manifest and its layers say, and what its file says. */
export interface LocalModel {
  name: ModelName;
  /** Whether it is part of the engine, and not of its store. */
  builtin: boolean;
  /** Digest of the manifest, as hexadecimal digits without `sha256:`. */
  digest: string;
  sizeBytes: number;
  modifiedNs: bigint;
  /** The GGUF file. */
  modelPath: string;
  /** GGUF files of LoRA adapters that change its weights. */
  adapterPaths: string[];
  /** GGUF files through which it sees or hears; a `llama-server` uses the first one. */
  projectorPaths: string[];
  facts: ModelFacts;
  /** Go template of the model; without it the template in the file counts. */
  template?: string;
  /** The parser for its output that the manifest names, in the words of Ollama. */
  parser?: string;
  /** The renderer that the manifest names. This engine has none, and renders by a template of the model. */
  renderer?: string;
  system?: string;
  parameters: Record<string, unknown>;
  messages: StoredMessage[];
  licenses: string[];
  parentModel: string;
}
