import type { CallOptions, ExecutionRequest } from "@codo/ollama-contract";
import type { OllamaClientOptions } from "../client/client-options.js";
import type { Logger } from "../logging/logger.js";
import type { Progress } from "../progress/progress-tracker.js";
import type { OllamaServer } from "../server/ollama-server.js";
import type { EmbeddedEngineModule } from "../server/server-info.js";
import type { ManagerClient } from "./manager-client.js";

/** Settings of an `OllamaManager`, all optional. */
export interface OllamaManagerInit {
  /** The program to start where no server answers. @defaultValue "ollama" */
  ollamaBinary?: string | undefined;
  /** Whether a server may be started. @defaultValue true */
  autoStartServer?: boolean | undefined;
  /** Where the server is, as `OLLAMA_HOST` is written. @defaultValue `OLLAMA_HOST`, else 127.0.0.1:11434 */
  host?: string | undefined;
  /** Sends the requests; no server is looked for or started then. */
  client?: ManagerClient | undefined;
  /** Finds and starts the server; its owner stops it. */
  server?: OllamaServer | undefined;
  /** An engine for machines without Ollama, such as a function that imports its package. */
  embedded?: (() => Promise<EmbeddedEngineModule>) | undefined;
  /** How long the list of models is kept, in seconds; 0 keeps nothing. @defaultValue 3600 */
  cacheTtl?: number | undefined;
  /** Bounds the short calls (list, show, ps), in seconds; 0 is without a limit. @defaultValue 120 */
  requestTimeout?: number | undefined;
  /** For the client that is made: headers, API key, deadlines, retries. */
  clientOptions?: Omit<OllamaClientOptions, "host"> | undefined;
  logger?: Logger | undefined;
  /** A monotonic clock in milliseconds. @defaultValue `performance.now` */
  now?: (() => number) | undefined;
}

/** How `runModel` and `runModelAsync` run a prompt: every field of a request beside model and prompt. */
export interface RunModelOptions extends Omit<ExecutionRequest, "model" | "prompt" | "messages"> {
  /** As in the specification. The answer is streamed either way; `onChunk` gets its pieces. @defaultValue false */
  stream?: boolean;
}

/** {@link RunModelOptions} with a listener. */
export interface RunModelCall extends RunModelOptions {
  /** Gets each piece of the answer's text as it comes. What it throws ends the run and rejects it. */
  onChunk?: (text: string) => void;
}

/** How `listModels` lists. */
export interface ListModelsOptions extends Pick<CallOptions, "signal"> {
  /** Ask the server, whatever is kept. @defaultValue false */
  forceRefresh?: boolean;
}

/** How `downloadModel` gets a model. */
export interface DownloadModelOptions extends Pick<CallOptions, "signal"> {
  /** Gets the progress, which never goes backwards. What it throws ends the download and rejects it. */
  onProgress?: (progress: Progress) => void;
  /** Allow plain http and bad certificates. */
  insecure?: boolean;
  /** Without new bytes for this long the model is asked for again, in milliseconds. @defaultValue 30 000 */
  stallMs?: number;
  /** How often in a row it is asked for again without getting any further. @defaultValue 5 */
  maxStalls?: number;
}

/** How `ensureModel` makes sure of a model. */
export interface EnsureModelOptions extends DownloadModelOptions {
  /** Whether a missing model may be downloaded. @defaultValue true */
  pull?: boolean;
}
