import { QueueEvents } from "bullmq";

/** A file written every second may lack what came in the second before. */
const UNWRITTEN_MS = { everysec: 1_000, always: 0 };

/**
 * Knows of each prompt when which worker asked it, and when the queue had its result; so it knows which prompts ran at a
 * kill, and may be asked again because of it. A prompt runs from when its host is asked until the queue has its result.
 */
export class AskedAgain {
  #asks = new Map();
  #done = new Map();
  #kills = [];
  #events;
  #fsync;

  constructor(fsync) {
    this.#fsync = fsync;
  }

  /** Watches a queue for results. */
  async watch(url, name, prefix) {
    this.#events = new QueueEvents(name, { connection: { url, maxRetriesPerRequest: null }, prefix });
    this.#events.on("error", () => {});
    // An event's id begins with the server's time.
    this.#events.on("completed", ({ returnvalue }, id) => {
      add(this.#done, returnvalue.value.response, Number(id.split("-")[0]));
    });
    await this.#events.waitUntilReady();
  }

  get askedCount() {
    return this.#asks.size;
  }

  asked(worker, prompt, atMs) {
    add(this.#asks, prompt, { worker, atMs });
  }

  /**
   * Notes a kill of a worker, or of the queue's server where none is named. Until it was started again, a host can still
   * get requests that were on their way.
   */
  killed({ worker, atMs, untilMs }) {
    this.#kills.push({ worker, atMs, untilMs });
  }

  async close() {
    await this.#events?.close();
  }

  /** What was asked again, what may have been, and which prompts were more often than kills explain. */
  count() {
    const allowances = this.#kills.map((kill) => this.#runningAt(kill));
    let askedAgain = 0;
    const unexplained = [];
    for (const [prompt, asks] of this.#asks) {
      const again = asks.length - 1;
      askedAgain += again;
      if (again > allowances.filter((prompts) => prompts.has(prompt)).length)
        unexplained.push({ prompt, asks, done: this.#done.get(prompt) });
    }
    const mayBeAskedAgain = allowances.reduce((sum, { size }) => sum + size, 0);
    return { askedAgain, mayBeAskedAgain, unexplained };
  }

  #runningAt({ worker, atMs, untilMs }) {
    const safeMs = worker === undefined ? atMs - UNWRITTEN_MS[this.#fsync] : atMs;
    const running = new Set();
    for (const [prompt, asks] of this.#asks) {
      const before = asks.filter((ask) => ask.atMs <= untilMs && (worker === undefined || ask.worker === worker));
      const last = before.at(-1);
      if (last === undefined) continue;
      const isSafe = (this.#done.get(prompt) ?? []).some((doneMs) => doneMs >= last.atMs && doneMs < safeMs);
      if (!isSafe) running.add(prompt);
    }
    return running;
  }
}

function add(lists, key, value) {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [value]);
  else list.push(value);
}
