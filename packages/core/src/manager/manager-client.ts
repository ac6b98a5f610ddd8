import type { CallOptions } from "@codo/ollama-contract";
import type { ExecutorClient } from "../wire/executor-client.js";
import type { ListedModel } from "../wire/model-info.js";
import type { ProgressResponse } from "../wire/model-management.js";

/** What a manager needs of a client. `OllamaClient` is one. */
export interface ManagerClient extends ExecutorClient {
  list(call?: CallOptions): PromiseLike<{ models?: readonly ListedModel[] }>;
  pull(
    request: { model: string; stream: true; insecure?: boolean },
    call?: CallOptions,
  ): PromiseLike<AsyncIterable<ProgressResponse>>;
}
