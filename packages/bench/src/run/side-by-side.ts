import type { MeasuredRequest } from "../measure/measure-request.js";
import type { SideBySide } from "../report/bench-report.js";

/** Keeps what each model first said to each prompt; in a resumed run, the first that it says there. */
export class SideBySideOutputs {
  readonly #isKept: boolean;
  readonly #models: readonly string[];
  readonly #rows = new Map<string, SideBySide>();

  constructor(models: readonly string[], keepText: boolean) {
    this.#models = models;
    this.#isKept = keepText || models.length > 1;
  }

  take({ record, text, toolCalls }: MeasuredRequest, prompt: string): void {
    if (!this.#isKept || record.error !== undefined) return;
    const { scenarioId, promptIndex, model } = record;
    const key = JSON.stringify([scenarioId, promptIndex]);
    const row = this.#rows.get(key) ?? { scenarioId, promptIndex, prompt, answers: [], isSame: false };
    if (row.answers.some((answer) => answer.model === model)) return;
    const calls = toolCalls.map((call) => JSON.stringify(call.function)).join("\n");
    row.answers.push({ model, text: calls === "" ? text : `${text}${text === "" ? "" : "\n"}${calls}` });
    this.#rows.set(key, row);
  }

  /** The rows, answers in the order of the models; `undefined` when none were kept. */
  result(): SideBySide[] | undefined {
    if (!this.#isKept || this.#rows.size === 0) return undefined;
    const place = (model: string): number => this.#models.indexOf(model);
    return [...this.#rows.values()].map((row) => ({
      ...row,
      answers: row.answers.sort((a, b) => place(a.model) - place(b.model)),
      isSame: row.answers.length > 1 && row.answers.every(({ text }) => text === row.answers[0]?.text),
    }));
  }
}
