import { type FileHandle, mkdir, open, readFile, rename, rm, stat } from "node:fs/promises";
import { dirname } from "node:path";

/** A stretch of a blob: it is there up to `done`, from `from` on. */
export interface Stretch {
  from: number;
  to: number;
  done: number;
}

const SMALLEST_STRETCH_BYTES = 16 * 2 ** 20;
const MOST_STRETCHES = 4;
/** As much is got again at most after a kill; the record is small, and written in a fraction of a millisecond. */
const SAVE_EVERY_BYTES = 2 ** 19;
/** Room for every record, so that each covers the one before: a stretch is three numbers with their names. */
const LONGEST_RECORD = MOST_STRETCHES * 90;

/**
 * A blob that is being got: a file of its full size, and beside it a record of what of it is there, written after the bytes
 * were. A killed download goes on from the record.
 */
export class PartialBlob {
  readonly path: string;
  readonly stretches: Stretch[];
  readonly #file: FileHandle;
  readonly #record: FileHandle;
  #unsavedBytes = 0;
  #saving: Promise<void> = Promise.resolve();

  private constructor(path: string, stretches: Stretch[], files: { file: FileHandle; record: FileHandle }) {
    this.path = path;
    this.stretches = stretches;
    this.#file = files.file;
    this.#record = files.record;
  }

  /** Opens what is there of a blob, or begins it. */
  static async open(path: string, sizeBytes: number): Promise<PartialBlob> {
    await mkdir(dirname(path), { recursive: true });
    const known = await readRecord(path, sizeBytes);
    const file = await open(path, known === undefined ? "w+" : "r+");
    if (known === undefined) await file.truncate(sizeBytes);
    const record = await open(recordPath(path), known === undefined ? "w+" : "r+");
    return new PartialBlob(path, known ?? divide(sizeBytes), { file, record });
  }

  get completedBytes(): number {
    return this.stretches.reduce((sum, { from, done }) => sum + done - from, 0);
  }

  /** Writes the next bytes of a stretch. */
  async write(stretch: Stretch, bytes: Uint8Array): Promise<void> {
    let written = 0;
    while (written < bytes.length) {
      const { bytesWritten } = await this.#file.write(bytes, written, bytes.length - written, stretch.done);
      written += bytesWritten;
      stretch.done += bytesWritten;
    }
    this.#unsavedBytes += bytes.length;
    if (this.#unsavedBytes >= SAVE_EVERY_BYTES) await this.save();
  }

  /** Writes the record over the old one, in one small write; what could not be read again counts as nothing. */
  async save(): Promise<void> {
    this.#unsavedBytes = 0;
    const text = JSON.stringify(this.stretches).padEnd(LONGEST_RECORD);
    this.#saving = this.#saving.then(async () => {
      await this.#record.write(text, 0);
    });
    await this.#saving;
  }

  async close(): Promise<void> {
    await this.#saving.catch(() => undefined);
    await this.#record.close();
    await this.#file.close();
  }

  /** Takes away what is there. */
  static async remove(path: string): Promise<void> {
    await rm(path, { force: true });
    await rm(recordPath(path), { force: true });
  }

  /** The blob is whole: it takes its place. */
  static async publish(path: string, destination: string): Promise<void> {
    await rename(path, destination);
    await rm(recordPath(path), { force: true });
  }
}

function recordPath(path: string): string {
  return `${path}-record`;
}

async function readRecord(path: string, sizeBytes: number): Promise<Stretch[] | undefined> {
  try {
    const stretches = JSON.parse(await readFile(recordPath(path), "utf8")) as Stretch[];
    const isWhole = (await stat(path)).size === sizeBytes && stretches.at(-1)?.to === sizeBytes;
    const isSound = stretches.every(({ from, to, done }) => from <= done && done <= to);
    return isWhole && isSound ? stretches : undefined;
  } catch {
    return undefined;
  }
}

function divide(sizeBytes: number): Stretch[] {
  const count = Math.max(1, Math.min(MOST_STRETCHES, Math.floor(sizeBytes / SMALLEST_STRETCH_BYTES)));
  const length = Math.ceil(sizeBytes / count);
  return Array.from({ length: count }, (_, index) => {
    const from = index * length;
    return { from, to: Math.min(sizeBytes, from + length), done: from };
  });
}
