import { fork } from "node:child_process";
import { once } from "node:events";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { endWithProcess } from "./end-with-process.js";

const JOBS = 20_000;
const WARM_UP_JOBS = 2_000;
const CONCURRENCY = 16;
const MEASURED_MS = 5_000;

/** A worker in a process of its own, which says its words once each. */
class Part {
  #child;
  #heard = new Map();
  /** Rejects when it ends before it was told to. */
  #ended;

  constructor(name, args) {
    const script = fileURLToPath(new URL(`./${name}-worker.js`, import.meta.url));
    this.#child = endWithProcess(fork(script, [...args, JOBS, WARM_UP_JOBS, CONCURRENCY].map(String)));
    this.#ended = once(this.#child, "exit").then(([status]) => {
      throw new Error(`The ${name} worker ended by itself, with ${status}.`);
    });
    this.#ended.catch(() => {});
    for (const word of ["ready", "warm", "empty"]) {
      this.#heard.set(word, new Promise((resolve) => this.#child.on("message", (said) => said === word && resolve())));
    }
  }

  heard(word) {
    return Promise.race([this.#heard.get(word), this.#ended]);
  }

  begin() {
    this.#child.send("begin");
  }

  /** What it has done until now. */
  async mark() {
    const answered = new Promise((resolve) => {
      const listen = (said) => {
        if (typeof said !== "object") return;
        this.#child.off("message", listen);
        resolve(said);
      };
      this.#child.on("message", listen);
    });
    this.#child.send("mark");
    return await Promise.race([answered, this.#ended]);
  }

  async end() {
    const exited = once(this.#child, "exit");
    this.#child.kill("SIGKILL");
    await exited;
  }
}

/**
 * The rates of a bare BullMQ worker and of this package's, at the same time and each with a Redis of its own, so that
 * what else the machine does slows both alike.
 */
export async function compareRates(redises, round) {
  const parts = {
    bare: new Part("bare", [redises.bare.url, "bare", `round${round}`]),
    own: new Part("own", [redises.own.url, `round${round}`]),
  };
  const all = Object.values(parts);
  await Promise.all(all.map((part) => part.heard("ready")));
  for (const part of all) part.begin();
  await Promise.all(all.map((part) => part.heard("warm")));
  const before = await Promise.all(all.map((part) => part.mark()));
  await Promise.race([delay(MEASURED_MS), ...all.map((part) => part.heard("empty"))]);
  const after = await Promise.all(all.map((part) => part.mark()));
  await Promise.all(all.map((part) => part.end()));
  const [bare, own] = all.map((_, at) => rateOf(before[at], after[at]));
  return { bare, own, ratio: own.perSecond / bare.perSecond };
}

function rateOf(before, after) {
  const jobs = after.done - before.done;
  const cpuMicros = after.cpu.user + after.cpu.system - before.cpu.user - before.cpu.system;
  return { perSecond: jobs / ((after.atMs - before.atMs) / 1000), cpuMicros: cpuMicros / jobs };
}
