import { readdir, readFile, readlink } from "node:fs/promises";

/** What a server's processes used between two moments. */
export interface ProcessUsage {
  cpuSeconds: number;
  /** The largest sum of resident memory that was seen, in bytes. */
  rssBytes: number;
}

const SAMPLE_EVERY_MS = 250;
/** Linux reports processor time in ticks of 10 ms (USER_HZ) and memory in pages of 4 KiB on the platforms Node runs on. */
const TICK_SECONDS = 0.01;
const PAGE_BYTES = 4096;

/**
 * Samples processor time and memory of a local server: the process that listens on a port, and its descendants, by
 * Linux's /proc. Where that can't be read (another system, another user's process) there is no usage.
 */
export class ProcessSampler {
  readonly #port: number;
  readonly #startTicks = new Map<number, number>();
  readonly #lastTicks = new Map<number, number>();
  #rssBytes = 0;
  #timer: NodeJS.Timeout | undefined;

  private constructor(port: number) {
    this.#port = port;
  }

  /** Starts sampling; `undefined` where the listening process can't be found. */
  static async start(port: number): Promise<ProcessSampler | undefined> {
    const sampler = new ProcessSampler(port);
    if (!(await sampler.#sample(true))) return undefined;
    sampler.#timer = setInterval(() => void sampler.#sample(false), SAMPLE_EVERY_MS);
    sampler.#timer.unref();
    return sampler;
  }

  /** Takes a last sample and stops. */
  async stop(): Promise<ProcessUsage> {
    clearInterval(this.#timer);
    await this.#sample(false);
    let ticks = 0;
    for (const [pid, last] of this.#lastTicks) ticks += last - (this.#startTicks.get(pid) ?? 0);
    return { cpuSeconds: ticks * TICK_SECONDS, rssBytes: this.#rssBytes };
  }

  async #sample(isFirst: boolean): Promise<boolean> {
    try {
      const processes = await readProcesses();
      const server = await listenerOf(this.#port, processes.keys());
      if (server === undefined) return false;
      let rssBytes = 0;
      for (const pid of withDescendants(server, processes)) {
        const stat = processes.get(pid);
        if (stat === undefined) continue;
        if (isFirst) this.#startTicks.set(pid, stat.ticks);
        this.#lastTicks.set(pid, stat.ticks);
        rssBytes += stat.rssPages * PAGE_BYTES;
      }
      this.#rssBytes = Math.max(this.#rssBytes, rssBytes);
      return true;
    } catch {
      return false;
    }
  }
}

interface ProcessStat {
  parent: number;
  ticks: number;
  rssPages: number;
}

async function readProcesses(): Promise<Map<number, ProcessStat>> {
  const pids = (await readdir("/proc")).map(Number).filter(Number.isInteger);
  const stats = await Promise.all(pids.map(async (pid) => [pid, await readStat(pid)] as const));
  return new Map(stats.flatMap(([pid, stat]) => (stat === undefined ? [] : [[pid, stat] as const])));
}

/** Fields of /proc/PID/stat, counted behind the command's name, which may itself hold blanks and brackets. */
async function readStat(pid: number): Promise<ProcessStat | undefined> {
  const text = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => undefined);
  if (text === undefined) return undefined;
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  const at = (index: number): number => Number(fields[index] ?? 0);
  return { parent: at(1), ticks: at(11) + at(12), rssPages: at(21) };
}

/** The process that holds the listening socket of a port. */
async function listenerOf(port: number, pids: Iterable<number>): Promise<number | undefined> {
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
  for (const pid of pids) {
    const descriptors = await readdir(`/proc/${pid}/fd`).catch(() => []);
    for (const descriptor of descriptors) {
      const target = await readlink(`/proc/${pid}/fd/${descriptor}`).catch(() => "");
      if (inodes.has(target)) return pid;
    }
  }
  return undefined;
}

function withDescendants(root: number, processes: ReadonlyMap<number, ProcessStat>): Set<number> {
  const family = new Set([root]);
  for (let grew = true; grew; ) {
    grew = false;
    for (const [pid, { parent }] of processes) {
      if (family.has(parent) && !family.has(pid)) {
        family.add(pid);
        grew = true;
      }
    }
  }
  return family;
}
