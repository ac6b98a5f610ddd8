import type { LoadedModel, ModelExecutor, OllamaError, OllamaModel } from "@codo/ollama-contract";

/** How far a download is. */
export interface DownloadProgress {
  status: string;
  completedBytes: number;
  totalBytes: number;
  bytesPerSecond?: number;
  etaSeconds?: number;
}

/** What the page needs of a manager of models; `OllamaManager` is one. */
export interface UiManager extends ModelExecutor {
  listModels(input?: { forceRefresh?: boolean }): Promise<OllamaModel[]>;
  listLoaded(): Promise<LoadedModel[]>;
  downloadModel(
    name: string,
    options: { signal: AbortSignal; onProgress: (progress: DownloadProgress) => void },
  ): Promise<boolean>;
  /** Why the last download failed. */
  readonly lastError: OllamaError | undefined;
  /** Forgets what models there are, after one was copied or removed. */
  invalidateModels(): void;
  /** The client of the server in use; an `OllamaClient` can do all that the page does with models. */
  client(): Promise<object>;
}
