import { OllamaError } from "@codo/ollama-core";
import type { ParsedArguments } from "../../arguments/parsed-arguments.js";
import type { CliContext } from "../../context/cli-context.js";
import { EXIT_STATUS, type ExitStatus } from "../../errors/exit-status.js";
import { loadQueue, queueConnection } from "../../running/queue-access.js";
import { counted } from "../../terminal/quantities.js";
import { BatchProgress } from "../batch/batch-progress.js";
import { journalBeside } from "../batch/journal-path.js";
import { openNamedFleet } from "./named-fleet.js";

/** Writes a batch's results to its journal. Exit status 1 when any of them failed. */
export async function run(args: ParsedArguments, context: CliContext): Promise<ExitStatus | undefined> {
  const { terminal, globals, signal } = context;
  const id = args.required("batch");
  const connection = queueConnection(args, context);
  const { collectIntoJournal } = await loadQueue();
  const record = (await (await openNamedFleet(args, context)).status()).batches.find((batch) => batch.id === id);
  const journal = args.text("journal") ?? journalBeside(record?.source ?? id);
  const progress = new BatchProgress(terminal, record?.submitted || undefined);
  try {
    const collection = await collectIntoJournal({
      ...connection,
      id,
      journal,
      keep: args.flag("keep"),
      wait: !args.flag("no-wait"),
      signal,
      onResult: ({ result }) => progress.add({ isRestored: false, isFailed: !result.success }),
    });
    progress.end();
    if (globals.isJson) terminal.json({ batch: id, ...collection });
    const { collected, failed } = collection;
    terminal.note(
      `${counted(collected, "result")} collected, ${failed} of them failures. Results: ${collection.journal}`,
    );
    return failed > 0 ? EXIT_STATUS.failure : undefined;
  } catch (error) {
    // The flags that help `codo batch` are not those of this command.
    if (!OllamaError.is(error) || error.details.problem === undefined) throw error;
    const advice = "Name another file for the journal with --journal FILE.";
    throw new OllamaError(error.code, error.summary, { cause: error, advice, details: { path: journal, queue: true } });
  } finally {
    progress.end();
    if (signal.aborted) terminal.note(`Run it again to continue; ${journal} has what was collected.`);
  }
}
