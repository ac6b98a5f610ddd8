import { createExecutor, OllamaError, sameModelName } from "@codo/ollama-core";
import type { WorkerEvent } from "@codo/ollama-queue";
import type { ParsedArguments } from "../../arguments/parsed-arguments.js";
import type { CliContext } from "../../context/cli-context.js";
import { UsageError } from "../../errors/usage-error.js";
import { loadQueue, queueConnection } from "../../running/queue-access.js";
import { pullModel } from "../models/pull-models.js";

/** How long the server may take to list its models; the worker's own record waits for it. */
const LISTING_MS = 5000;

/** Runs prompts until a signal comes; then what runs is finished. */
export async function run(args: ParsedArguments, context: CliContext): Promise<undefined> {
  const { terminal, globals, signal } = context;
  const connection = queueConnection(args, context);
  const concurrency = readConcurrency(args.text("concurrency"));
  const { createWorker } = await loadQueue();
  const { url } = await context.serverInfo();
  // The worker itself decides what is tried again, and where.
  const client = await context.clientAt(url, { retries: 0 });
  const named = await readModels(args, context);
  const worker = await createWorker({
    ...connection,
    executor: createExecutor(client),
    host: client.host,
    models: async () => {
      const { models } = await client.list({ timeouts: { totalMs: LISTING_MS } });
      return models.filter(({ name }) => named.length === 0 || named.some((own) => sameModelName(own, name)));
    },
    concurrency,
    onEvent: (event) => report(context, event),
  });
  const { id, host } = worker;
  if (globals.isJson) terminal.json({ type: "started", id, host, models: worker.models });
  else
    terminal.note(
      `Taking prompts for ${worker.models.join(", ")} at ${host}. Ctrl-C finishes the prompts in flight, and ends.`,
    );
  await new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
  if (!globals.isJson) terminal.note("Finishing the prompts in flight; no new one is taken.");
  await worker.close();
  if (globals.isJson) terminal.json({ type: "ended", id });
}

function readConcurrency(text: string | undefined): number | "auto" {
  if (text === undefined || text === "auto") return "auto";
  const count = Number(text);
  if (Number.isInteger(count) && count > 0) return count;
  throw new UsageError(`--concurrency takes auto or a whole number of at least 1, not "${text}".`);
}

/** The models that were named, which have to be there; none where it takes prompts for all that are. */
async function readModels(args: ParsedArguments, context: CliContext): Promise<string[]> {
  const named = args
    .list("models")
    .flatMap((text) => text.split(","))
    .filter((text) => text !== "");
  if (named.length === 0) {
    if (args.flag("pull"))
      throw new UsageError("--pull needs --models.", "Name what to pull: --models llama3.2 --pull");
    return [];
  }
  const client = await context.client();
  const present = (await client.list()).models.map(({ name }) => name);
  for (const model of named) {
    if (present.some((name) => sameModelName(name, model))) continue;
    if (!args.flag("pull")) {
      const advice = `Pull it there (\`codo models pull ${model}\`), or let the worker do it with --pull.`;
      throw new OllamaError("MODEL_NOT_FOUND", `Model "${model}" is not installed at ${client.host}.`, {
        advice,
        details: { model, queue: true },
      });
    }
    await pullModel(context, await context.manager(), { model });
  }
  return named;
}

function report({ terminal, globals }: CliContext, event: WorkerEvent): void {
  const text = describe(event);
  if (globals.isJson) terminal.json(event);
  else if (text !== undefined) terminal.note(text);
}

function describe(event: WorkerEvent): string | undefined {
  switch (event.type) {
    case "down":
      return `The server at ${event.host} is gone (${event.reason}). Its prompts went back to the queue; waiting for the server.`;
    case "up":
      return `The server at ${event.host} is back.`;
    case "unreadable":
      return `Job ${event.jobId} was left in the queue: ${event.reason}.`;
    case "failed":
      return `Job ${event.jobId} failed for good (${event.code}): ${event.reason}`;
    default:
      return undefined;
  }
}
