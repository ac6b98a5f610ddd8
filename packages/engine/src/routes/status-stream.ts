import { toApiError } from "../generation/inference-failure.js";
import type { Exchange } from "../http/exchange.js";
import { NdjsonStream } from "../http/ndjson-stream.js";

/** Reports the progress of a long task to the client: by a status, or a whole line. */
export type Say = (status: string | { status: string }) => Promise<void>;

/** The answer of a long task: a line for each step, or only the last one when streaming was not asked for. */
export class StatusStream {
  readonly #exchange: Exchange;
  readonly #isStreamed: boolean;

  constructor(exchange: Exchange, isStreamed: boolean) {
    this.#exchange = exchange;
    this.#isStreamed = isStreamed;
  }

  /** Runs the task and ends the answer with its success or its error. */
  async run(task: (say: Say) => Promise<void>): Promise<void> {
    if (!this.#isStreamed) return this.#runQuietly(task);
    const stream = new NdjsonStream(this.#exchange);
    try {
      await task((said) => stream.write(typeof said === "string" ? { status: said } : said));
      await stream.write({ status: "success" });
      stream.end();
    } catch (error) {
      stream.fail(toApiError(error));
    }
  }

  async #runQuietly(task: (say: Say) => Promise<void>): Promise<void> {
    try {
      await task(async () => {});
      this.#exchange.sendJson(200, { status: "success" }, "application/json");
    } catch (error) {
      const { status, message } = toApiError(error);
      this.#exchange.sendJson(status, { error: message }, "application/json");
    }
  }
}
