import { abortErrorOf } from "@codo/ollama-contract/executor-kit";
import { Backend } from "../connection/backend.js";
import { queueOfModel } from "../connection/queue-names.js";
import { Fleet } from "../fleet/fleet.js";
import { batchPrefix } from "../jobs/job-id.js";
import type { CollectedResult, CollectOptions } from "./collect-options.js";
import { type ResultPage, ResultScan } from "./result-scan.js";

/** Events announce new results; this finds those whose event was missed. */
const LOOK_AGAIN_MS = 1_000;

/**
 * Gives the results of a batch as they come, until the whole batch is done. Each leaves the queue once the next ones are
 * asked for, so that a result that was given and not written down is given again.
 * @throws OllamaError `INVALID_REQUEST` where the queue has no such batch, `SERVER_UNAVAILABLE`, `ABORTED`
 */
export async function* collectBatch(options: CollectOptions): AsyncGenerator<CollectedResult, void, undefined> {
  for await (const { results } of collectPages(options)) yield* results;
}

/** What {@link collectBatch} gives, page by page; a page leaves the queue when the next one is asked for. */
export async function* collectPages(options: CollectOptions): AsyncGenerator<ResultPage, void, undefined> {
  const backend = await Backend.open(options);
  try {
    const fleet = new Fleet(backend);
    const { model } = await fleet.batch(options.id);
    const queueName = queueOfModel(model);
    const news = new News(options, (wake) => {
      const events = backend.events(queueName);
      const prefix = batchPrefix(options.id);
      const onJob = ({ jobId }: { jobId: string }): void => void (jobId.startsWith(prefix) && wake());
      events.on("completed", onJob);
      events.on("failed", onJob);
    });
    const scan = new ResultScan(backend.queue(queueName), options.id);
    while (true) {
      // Both are asked before the results are looked through, so that none can come between the two.
      const record = await fleet.batch(options.id);
      const isLast = options.wait === false || (record.isComplete && !(await scan.hasOpenJobs()));
      for await (const page of scan.pages(record, options.keep ?? false)) {
        yield page;
        news.throwIfAborted();
      }
      if (isLast) return;
      await news.next();
    }
  } finally {
    await backend.close();
  }
}

/** Waits for something new, but not for ever. */
class News {
  readonly #signal: AbortSignal | undefined;
  #hasNews = false;
  #wake: (() => void) | undefined;

  constructor({ signal }: CollectOptions, listen: (wake: () => void) => void) {
    this.#signal = signal;
    const wake = (): void => {
      this.#hasNews = true;
      this.#wake?.();
    };
    listen(wake);
    signal?.addEventListener("abort", wake, { once: true });
  }

  throwIfAborted(): void {
    if (this.#signal?.aborted) throw abortErrorOf(this.#signal);
  }

  async next(): Promise<void> {
    this.throwIfAborted();
    if (!this.#hasNews) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, LOOK_AGAIN_MS);
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    this.#hasNews = false;
    this.#wake = undefined;
    this.throwIfAborted();
  }
}
