// The type names of the official JavaScript client that have another name here, so that a program which moves over
// changes its import and nothing else. Source: `ollama` 0.6.4.
import type { ToolDefinition } from "@codo/ollama-contract";
import type { Fetch } from "../transport/fetch-transport.js";
import type { ListedModel } from "../wire/model-info.js";
import type { WireModelOptions } from "../wire/model-options.js";

/** How the official client is set up. */
export interface Config {
  /** As `OLLAMA_HOST` is written. @defaultValue the variable `OLLAMA_HOST`, else `http://127.0.0.1:11434` */
  host: string;
  fetch?: Fetch;
  /** In a browser: send to the page's own origin, where a proxy stands. */
  proxy?: boolean;
  headers?: HeadersInit;
}

/** The official client's name of {@link ToolDefinition}. */
export type Tool = ToolDefinition;

/** The official client's name of {@link WireModelOptions}. */
export type Options = WireModelOptions;

/** The official client's name of {@link ListedModel}, with what a loaded one has. */
export interface ModelResponse extends ListedModel {
  /** RFC 3339; of a loaded model. */
  expires_at?: string;
  /** Bytes in the GPU's memory; of a loaded model. */
  size_vram?: number;
}

/** What a server answers where it fails. */
export interface ErrorResponse {
  error: string;
}
