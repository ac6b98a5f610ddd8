import { type ExecutionEvent, sameModelName } from "@codo/ollama-core";
import type { CliContext } from "../context/cli-context.js";

const LOOK_MS = 10_000;

/** Where an answer is to come from. */
export interface AwaitedAnswer {
  model: string;
  /** Address of the server, where it is another than the one in use. */
  url?: string | undefined;
}

/**
 * Says at a terminal what an answer is waited for: that its model is loaded, or that the prompt is read. Lasts until the
 * returned function is called without an event, or with one that brings a part of the answer.
 */
export function waitForAnswer(
  context: CliContext,
  { model, url }: AwaitedAnswer,
): (event?: Pick<ExecutionEvent, "type">) => void {
  const { terminal } = context;
  if (!terminal.canWait) return () => undefined;
  const wait = terminal.waitFor(`Waiting for ${model}`);
  const looking = new AbortController();
  // Asked when the prompt goes out: later the list also has a model that is still loading.
  isLoaded(context, { model, url }, looking.signal).then(
    (found) => {
      wait.text = found ? `${model} reads the prompt` : `Loading ${model}, then it reads the prompt`;
    },
    // Who cannot say what is loaded is waited for all the same.
    () => undefined,
  );
  return (event) => {
    if (event?.type === "start") return;
    looking.abort();
    wait.end();
  };
}

async function isLoaded(context: CliContext, { model, url }: AwaitedAnswer, signal: AbortSignal): Promise<boolean> {
  const client = await (url === undefined ? context.clientUnseen() : context.clientAt(url, { retries: 0 }));
  const { models } = await client.ps({ signal, timeouts: { totalMs: LOOK_MS } });
  return models.some(({ name }) => sameModelName(name, model));
}
