import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { basename } from "node:path";
import { canonicalModelName, type PartialExecutionOptions } from "@codo/ollama-core";
import { ModelRunner, type RunCall } from "@codo/ollama-runner";
import type { ParsedArguments } from "../../arguments/parsed-arguments.js";
import type { CliContext } from "../../context/cli-context.js";
import { UsageError } from "../../errors/usage-error.js";
import { collectOften } from "../../running/collect-often.js";
import { isModelFile } from "../../running/model-from-file.js";
import type { NamedTemplate } from "../../running/prompt-template.js";
import { loadQueue, queueConnection } from "../../running/queue-access.js";
import { isRegularFile } from "../../running/read-text.js";
import { counted } from "../../terminal/quantities.js";
import { type BatchSource, readBatchInput } from "./batch-input.js";
import { digestsOf, fleetDigests } from "./fleet-digests.js";

/** A batch that the workers of a queue run. */
export interface FleetBatch {
  model: string;
  options: PartialExecutionOptions;
  call: RunCall;
  source: BatchSource;
  journal: string | undefined;
  template: NamedTemplate | undefined;
}

/** A runner over the workers of the queue that a command line names. */
export async function fleetRunner(
  args: ParsedArguments,
  context: CliContext,
  { model, options, source, template }: FleetBatch,
): Promise<ModelRunner> {
  collectOften();
  const queue = await loadQueue();
  const connection = queueConnection(args, context);
  const input = source.file;
  const id = await batchId({ model, options, source, template });
  if (id !== undefined && input !== undefined) {
    const fleet = await queue.openFleet(connection);
    try {
      await fleet.noteBatch({ id, model, options, source: basename(input) });
    } finally {
      await fleet.close();
    }
  }
  const executor = queue.createQueueExecutor({ ...connection, ...(id === undefined ? {} : { batch: id }) });
  context.onEnd(() => executor.close());
  return new ModelRunner(executor);
}

/** Gives a batch to a queue, prints its id, and ends. */
export async function submitDetached(
  args: ParsedArguments,
  context: CliContext,
  batch: FleetBatch,
): Promise<undefined> {
  const { terminal, globals, signal } = context;
  const { model, options, call, source, journal } = batch;
  const input = source.file;
  collectOften();
  const { submitBatch } = await loadQueue();
  const { modelDigest } = digestsOf(model, await fleetDigests(args, context, model));
  const { signal: _signal, headers: _headers, ...shared } = call;
  const id = await batchId(batch);
  const submitted = await submitBatch({
    ...queueConnection(args, context),
    model,
    inputs: readBatchInput(source),
    options,
    call: shared,
    ...(id === undefined ? {} : { id }),
    ...(input === undefined ? {} : { source: basename(input) }),
    ...(journal === undefined ? {} : { journal }),
    ...(modelDigest === undefined ? {} : { modelDigest }),
    onJournalMismatch: args.flag("continue-anyway") ? "continue" : "refuse",
    retryErrors: args.flag("retry-errors"),
    signal,
    onFull: (jobs) =>
      terminal.note(`The queue holds ${counted(jobs, "job")}; the rest follows as they are done and collected.`),
  });
  for (const { index, reason } of submitted.refused) terminal.warn(`Item ${index + 1} was not submitted: ${reason}`);
  if (globals.isJson) terminal.json({ batch: submitted.id, ...submitted });
  else terminal.line(submitted.id);
  terminal.note(
    `${counted(submitted.submitted, "item")} put in the queue. Collect them: \`codo queue collect ${submitted.id}\``,
  );
  return undefined;
}

/** The model of a batch for a queue: named, else configured, else the only one that the workers have. */
export async function chooseFleetModel(
  args: ParsedArguments,
  context: CliContext,
  named: string | undefined,
): Promise<string> {
  if (named !== undefined) {
    if (!isModelFile(named)) return named;
    throw new UsageError("The workers of a queue cannot read a file of this machine.", "Name a model that they have.");
  }
  const configured = await (await context.config()).explain("defaultModel");
  if (configured.isSet) return String(configured.value);
  const { openFleet } = await loadQueue();
  const fleet = await openFleet(queueConnection(args, context));
  try {
    const served = new Set((await fleet.status()).workers.flatMap(({ models }) => models));
    const [only] = served;
    if (only !== undefined && served.size === 1) return only;
    const which = served.size === 0 ? "The queue has no worker now." : `The workers have: ${[...served].join(", ")}.`;
    throw new UsageError("No model is named.", `Give --model NAME. ${which}`);
  } finally {
    await fleet.close();
  }
}

/** The same file with the same model and options is the same batch, from whatever machine. */
async function batchId({ model, options, source, template }: Omit<FleetBatch, "call" | "journal">) {
  const input = source.file;
  if (input === undefined || !isRegularFile(input)) return undefined;
  const digest = createHash("sha256");
  for await (const chunk of createReadStream(input)) digest.update(chunk as Buffer);
  const { batchIdOf } = await loadQueue();
  const made = template === undefined ? options : { options, template };
  return batchIdOf(canonicalModelName(model), JSON.stringify(made), digest.digest("hex"));
}
