import type { ModelExecutionResult } from "@codo/ollama-core";
import type { BatchItemInfo } from "@codo/ollama-runner";
import { toErrorReport } from "../../errors/report-error.js";
import { errorOf } from "../../running/result-notes.js";

const NAMED = 5;
const REASONS = 10;

/** Which items of a batch failed, by their reason. Bounded, whatever the size of the batch. */
export class BatchFailures {
  readonly #reasons = new Map<string, { count: number; names: string[] }>();
  #others = 0;

  add(result: ModelExecutionResult, { index, id }: BatchItemInfo): void {
    if (result.success) return;
    const text = reasonOf(result);
    const known = this.#reasons.get(text);
    if (known === undefined && this.#reasons.size >= REASONS) {
      this.#others++;
      return;
    }
    const reason = known ?? { count: 0, names: [] };
    if (known === undefined) this.#reasons.set(text, reason);
    reason.count++;
    if (reason.names.length < NAMED) reason.names.push(id === undefined ? String(index + 1) : `"${id}"`);
  }

  /** A line for each reason: the items by their ids, else by their places from 1. */
  lines(): string[] {
    const lines = [...this.#reasons].map(([reason, { count, names }]) => {
      const more = count > names.length ? ` and ${count - names.length} more` : "";
      return `${count === 1 ? "Item" : "Items"} ${names.join(", ")}${more} failed: ${reason}`;
    });
    return this.#others === 0 ? lines : [...lines, `${this.#others} more failed for other reasons.`];
  }
}

/** What failed and what to do, in the words of the command line. */
function reasonOf(result: ModelExecutionResult): string {
  const { message, hint, code } = toErrorReport(errorOf(result)).error;
  // What an item lacks is said by its message; the command line is not at fault.
  return hint === undefined || code === "INVALID_REQUEST" ? message : `${message}\n      ${hint}`;
}
