import { readdir, readFile, readlink } from "node:fs/promises";

/** What a server's processes used between two moments. */
export interface ProcessUsage {
  cpuSeconds: number;
  /** The largest sum of resident memory that was seen, in bytes. */
  rssBytes: number;
}

const SAMPLE_EVERY_MS = 500;
/** Linux reports processor time in ticks of 10 ms (USER_HZ) and memory in pages of 4 KiB on the platforms Node runs on. */
const TICK_SECONDS = 0.01;
const PAGE_BYTES = 4096;

/**
 * Samples processor time and memory of a local server: the process that listens on a port, and its descendants, by
 * Linux's /proc. Where that can't be read (another system, another user's process) there is no usage.
 */
export class ProcessSampler {
  readonly #server: number;
  readonly #startTicks = new Map<number, number>();
  readonly #lastTicks = new Map<number, number>();
  #rssBytes = 0;
  #timer: NodeJS.Timeout | undefined;

  private constructor(server: number) {
    this.#server = server;
  }

  /** Starts sampling; `undefined` where the listening process can't be found. */
  static async start(port: number): Promise<ProcessSampler | undefined> {
    const server = await listenerOf(port);
    if (server === undefined) return undefined;
    const sampler = new ProcessSampler(server);
    await sampler.#sample();
    for (const [pid, ticks] of sampler.#lastTicks) sampler.#startTicks.set(pid, ticks);
    sampler.#timer = setInterval(() => void sampler.#sample(), SAMPLE_EVERY_MS);
    sampler.#timer.unref();
    return sampler;
  }

  /** Takes a last sample and stops. */
  async stop(): Promise<ProcessUsage> {
    clearInterval(this.#timer);
    await this.#sample();
    let ticks = 0;
    for (const [pid, last] of this.#lastTicks) ticks += last - (this.#startTicks.get(pid) ?? 0);
    return { cpuSeconds: ticks * TICK_SECONDS, rssBytes: this.#rssBytes };
  }

  /** Reads the server's family only: a look at every process would itself cost what is being measured. */
  async #sample(): Promise<void> {
    let rssBytes = 0;
    for (const pid of await familyOf(this.#server)) {
      const stat = await readStat(pid);
      if (stat === undefined) continue;
      this.#lastTicks.set(pid, stat.ticks);
      rssBytes += stat.rssPages * PAGE_BYTES;
    }
    this.#rssBytes = Math.max(this.#rssBytes, rssBytes);
  }
}

interface ProcessStat {
  ticks: number;
  rssPages: number;
}

/** A process and its descendants. */
async function familyOf(root: number): Promise<number[]> {
  const family = [root];
  for (let index = 0; index < family.length; index++) {
    const pid = family[index];
    // A child stands with the thread that started it, which for a server in Go may be any of its threads.
    for (const thread of await readdir(`/proc/${pid}/task`).catch(() => [])) {
      const children = await readFile(`/proc/${pid}/task/${thread}/children`, "utf8").catch(() => "");
      family.push(...children.split(" ").filter(Boolean).map(Number));
    }
  }
  return family;
}

/** Fields of /proc/PID/stat, counted behind the command's name, which may itself hold blanks and brackets. */
async function readStat(pid: number): Promise<ProcessStat | undefined> {
  const text = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => undefined);
  if (text === undefined) return undefined;
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  const at = (index: number): number => Number(fields[index] ?? 0);
  return { ticks: at(11) + at(12), rssPages: at(21) };
}

/** The process that holds the listening socket of a port. */
async function listenerOf(port: number): Promise<number | undefined> {
  const inodes = new Set<string>();
  for (const table of ["/proc/net/tcp", "/proc/net/tcp6"]) {
    const text = await readFile(table, "utf8").catch(() => "");
    for (const line of text.split("\n").slice(1)) {
      const [, local, , state, , , , , , inode] = line.trim().split(/\s+/);
      const isListening = state === "0A";
      if (isListening && inode !== undefined && Number.parseInt(local?.split(":").at(-1) ?? "", 16) === port)
        inodes.add(`socket:[${inode}]`);
    }
  }
  if (inodes.size === 0) return undefined;
  for (const pid of (await readdir("/proc").catch(() => [])).map(Number).filter(Number.isInteger)) {
    const descriptors = await readdir(`/proc/${pid}/fd`).catch(() => []);
    for (const descriptor of descriptors) {
      const target = await readlink(`/proc/${pid}/fd/${descriptor}`).catch(() => "");
      if (inodes.has(target)) return pid;
    }
  }
  return undefined;
}
