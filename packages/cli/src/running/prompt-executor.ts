import { createExecutor, type ModelExecutor, OllamaError, sameModelName } from "@codo/ollama-core";
import type { CliContext } from "../context/cli-context.js";

const DIGEST_WAIT_MS = 3_000;

/** An executor for one prompt, and what became of its server. */
export interface PromptExecutor {
  executor: ModelExecutor;
  /** @throws what kept a server from being found or started, where the prompt reached none */
  assertServer: () => void;
}

/**
 * An executor that sends its prompt at once. Only where that fails is a server looked for or started, which takes
 * requests of its own, and the prompt sent there. The model's digest is asked for when the answer is there.
 */
export async function createPromptExecutor(context: CliContext): Promise<PromptExecutor> {
  let client = await context.clientUnseen();
  let failure: { reason: unknown } | undefined;
  const recover = async (error: unknown): Promise<typeof client | undefined> => {
    if (!mayHelp(error)) return undefined;
    const { host } = client;
    try {
      client = await context.client();
    } catch (reason) {
      failure = { reason };
      throw reason;
    }
    return client.host !== host || isWorthRepeating(error) ? client : undefined;
  };
  const digestOf = async (model: string): Promise<string | undefined> => {
    // The answer is there, or will not come: a server that is silent may not hold the command for its digest.
    const models = await client.list({ timeouts: { totalMs: DIGEST_WAIT_MS } }).then(
      (list) => list.models,
      () => [],
    );
    return Array.isArray(models) ? models.find(({ name }) => sameModelName(name, model))?.digest : undefined;
  };
  const assertServer = (): void => {
    if (failure !== undefined) throw failure.reason;
  };
  return { executor: createExecutor(() => client, { recover, digestOf }), assertServer };
}

/** Whether another server may do what this one did not; one that is slow, or was left, is there. */
function mayHelp(error: unknown): boolean {
  return OllamaError.is(error) && error.code !== "ABORTED" && !error.code.startsWith("TIMEOUT");
}

/** What a client that retries would send again: a server that was started just now, or is busy. */
function isWorthRepeating(error: unknown): boolean {
  return (
    OllamaError.is(error) &&
    (error.code === "SERVER_UNAVAILABLE" || error.code === "CONNECTION_LOST" || error.code === "SERVER_BUSY")
  );
}
