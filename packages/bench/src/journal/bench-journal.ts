import { createHash } from "node:crypto";
import { appendFileSync, closeSync, existsSync, fstatSync, openSync } from "node:fs";
import { OllamaError } from "@codo/ollama-contract";
import { readFileLines } from "@codo/ollama-node-kit";
import type { RequestRecord } from "../measure/request-record.js";
import type { Scenario } from "../plan/scenario.js";
import type { TrialResources } from "../report/bench-report.js";
import { recordsOfTrials } from "./trials.js";

/** The first line of a journal: what it is of. */
export interface JournalHeader {
  type: "run";
  schema: "codo.ollama-bench/journal";
  schemaVersion: 1;
  runId: string;
  startedAt: string;
  /** Of models, scenarios and options: only the same plan may be resumed. */
  planHash: string;
}

/** A line that says that a trial is complete: only then it is not run again. */
export interface JournalTrial {
  type: "trial";
  model: string;
  scenarioId: string;
  trial: number;
  resources: TrialResources;
}

type JournalLine = JournalHeader | JournalTrial | RequestRecord;

/** Of what is measured; two runs of the same plan have the same. */
export function planHash(models: readonly string[], scenarios: readonly Scenario[], seed: number): string {
  return createHash("sha256")
    .update(JSON.stringify([models, scenarios, seed]))
    .digest("hex")
    .slice(0, 16);
}

/** A run's requests as they are done, one JSON line each, appended so that a killed run keeps all that it measured. */
export class BenchJournal {
  readonly #descriptor: number;

  private constructor(descriptor: number) {
    this.#descriptor = descriptor;
  }

  /**
   * Opens a journal: a new file gets the header; an existing one is read when it is to be resumed.
   * @throws OllamaError `INVALID_CONFIG` when the file exists and is not to be resumed, or is of another plan;
   * `STORAGE_FAILED` when it can't be written
   */
  static async open(
    path: string,
    header: JournalHeader,
    resume: boolean,
  ): Promise<{ journal: BenchJournal; earlier: EarlierRun | undefined }> {
    const exists = existsSync(path);
    if (exists && !resume) {
      throw new OllamaError("INVALID_CONFIG", `The journal ${path} exists. Resume it, or name another file.`);
    }
    const earlier = exists ? await readJournal(path, header.planHash) : undefined;
    try {
      const journal = new BenchJournal(openSync(path, "a", 0o600));
      // A torn last line must not swallow the next one.
      if (earlier?.isTorn) appendFileSync(journal.#descriptor, "\n");
      if (earlier === undefined) journal.append(header);
      return { journal, earlier };
    } catch (cause) {
      throw new OllamaError("STORAGE_FAILED", `The journal ${path} can't be written: ${(cause as Error).message}`, {
        cause,
      });
    }
  }

  append(line: JournalLine): void {
    try {
      appendFileSync(this.#descriptor, `${JSON.stringify(line)}\n`);
    } catch (cause) {
      throw new OllamaError("STORAGE_FAILED", `The journal can't be written: ${(cause as Error).message}`, { cause });
    }
    if (fstatSync(this.#descriptor).nlink > 0) return;
    throw new OllamaError("STORAGE_FAILED", "The journal was deleted or replaced while the benchmark ran.", {
      advice: "Run it again with a journal of its own.",
    });
  }

  close(): void {
    closeSync(this.#descriptor);
  }
}

/** What an earlier run left in its journal: complete trials with their requests. */
export interface EarlierRun {
  header: JournalHeader;
  trials: JournalTrial[];
  records: RequestRecord[];
  isTorn: boolean;
}

async function readJournal(path: string, expectedPlan: string): Promise<EarlierRun | undefined> {
  const lines: JournalLine[] = [];
  let isTorn: boolean | undefined;
  for await (const { text, isUtf8, isComplete } of readFileLines(path)) {
    if (isUtf8) lines.push(...parseLine(text));
    isTorn = !isComplete;
  }
  if (isTorn === undefined) return undefined;
  const header = lines[0];
  if (header?.type !== "run" || header.schema !== "codo.ollama-bench/journal") {
    throw new OllamaError("INVALID_CONFIG", `${path} is not a benchmark journal. Name another file.`);
  }
  const written: number = header.schemaVersion;
  if (written > 1) {
    throw new OllamaError(
      "INVALID_CONFIG",
      `The journal ${path} has schemaVersion ${written}, and this version reads 1: it is of a later version. It was not changed; upgrade to continue it, or name another file.`,
    );
  }
  if (header.planHash !== expectedPlan) {
    throw new OllamaError(
      "INVALID_CONFIG",
      `The journal ${path} is of another plan (other models, prompts, options or loads). Run the same plan, or name another file.`,
    );
  }
  const trials = lines.filter((line) => line.type === "trial");
  const requests = lines.filter((line) => line.type === "request");
  return { header, trials, records: recordsOfTrials(requests, trials), isTorn };
}

function parseLine(line: string): JournalLine[] {
  if (line.trim() === "") return [];
  try {
    return [JSON.parse(line) as JournalLine];
  } catch {
    // Only a line that was being written when the run was killed can be torn: its request is run again.
    return [];
  }
}
