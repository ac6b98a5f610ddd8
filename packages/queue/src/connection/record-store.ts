import type { Queue } from "bullmq";

/** Records under names, kept as the data of jobs that nobody runs: the same on every back end. */
export class RecordStore<T extends object> {
  readonly #queue: Queue;
  readonly #read: (data: unknown) => T | undefined;

  constructor(queue: Queue, read: (data: unknown) => T | undefined) {
    this.#queue = queue;
    this.#read = read;
  }

  /** Writes a record, new or over an older one. */
  async put(id: string, record: T): Promise<void> {
    const job = await this.#queue.add("record", record, { jobId: id });
    try {
      // Adding leaves what was there.
      await job.updateData(record);
    } catch {
      // It was removed between the two; the next one to write puts it back.
    }
  }

  async get(id: string): Promise<T | undefined> {
    const job = await this.#queue.getJob(id);
    return job === undefined ? undefined : this.#read(job.data);
  }

  async list(): Promise<T[]> {
    const jobs = await this.#queue.getJobs(["waiting"], 0, -1, true);
    return jobs.flatMap((job) => (job === undefined ? [] : (this.#read(job.data) ?? [])));
  }

  async remove(id: string): Promise<void> {
    await this.#queue.remove(id);
  }
}
