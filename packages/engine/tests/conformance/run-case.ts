import { setTimeout as sleep } from "node:timers/promises";
import type { TestBed } from "./engine-pool.js";
import { send } from "./raw-client.js";
import type { Answer, Recording, Step } from "./recording.js";

/** A recorded step and what the engine answered. */
export interface Outcome {
  step: Step;
  answer: Answer;
}

const SLOW_STOP_MS = 60;
const SLOW_GO_MS = 20;
const SLOW_ROUNDS = 8;
/** The first lines of a pull differ; more of them say only how far it is. */
const LEAST_LINES = 3;

/** Replays a case: its lanes side by side, each lane's steps one after the other. */
export async function runCase(recording: Recording, bed: TestBed, folder: string): Promise<Outcome[]> {
  for (const request of recording.before) await send(request, { port: bed.engine.port, folder });
  const start = performance.now();
  const lanes = new Map<string, Step[]>();
  for (const step of recording.steps) {
    const lane = step.lane ?? "";
    lanes.set(lane, [...(lanes.get(lane) ?? []), step]);
  }
  const outcomes: Outcome[] = [];
  const answers = new AnswersUnderWay(recording.steps);
  await Promise.all(
    [...lanes].map(async ([lane, steps]) => {
      let pending: Step | undefined;
      let isFirst = true;
      for (const [index, step] of steps.entries()) {
        if (step.atChunk !== undefined) {
          pending = step;
          continue;
        }
        // Later requests of a lane came when the one before was answered, which is no matter of the clock.
        const isTimed = lane !== "" && (isFirst || step.request === undefined);
        isFirst = false;
        if (isTimed && step.startAtMs !== undefined)
          await sleep(Math.max(0, start + step.startAtMs - performance.now()));
        if (step.request === undefined) {
          if (step.action === "wait") await answers.before(steps[index + 1]);
          await act(step, bed);
        } else {
          const trigger = pending;
          pending = undefined;
          const answer = await send(step.request, {
            port: bed.engine.port,
            folder,
            leastLines: Math.min(LEAST_LINES, step.response?.body.toString("latin1").split("\n").slice(1).length ?? 0),
            onChunk: (count) => {
              if (count === trigger?.atChunk) void act(trigger, bed);
            },
          });
          answers.came(step);
          outcomes.push({ step, answer });
        }
      }
    }),
  );
  for (const request of recording.after) await send(request, { port: bed.engine.port, folder });
  return outcomes;
}

/** Lets a recorded wait last until everything has been answered that had been answered when it was over. */
class AnswersUnderWay {
  readonly #byStep = new Map<Step, { answered: Promise<void>; came: () => void }>();

  constructor(steps: readonly Step[]) {
    for (const step of steps) {
      if (step.request === undefined) continue;
      let came = (): void => {};
      const answered = new Promise<void>((resolve) => {
        came = resolve;
      });
      this.#byStep.set(step, { answered, came });
    }
  }

  came(step: Step): void {
    this.#byStep.get(step)?.came();
  }

  /** How long an answer takes is a matter of the machine: what the next step had found answered, it finds here too. */
  async before(next: Step | undefined): Promise<void> {
    const startAtMs = next?.startAtMs ?? 0;
    const earlier = [...this.#byStep].filter(([step]) => endOf(step) < startAtMs);
    await Promise.all(earlier.map(([, { answered }]) => answered));
  }
}

/** When an answer had come, in milliseconds since the recording began. */
function endOf({ startAtMs, response }: Step): number {
  if (startAtMs === undefined || response === undefined) return Number.POSITIVE_INFINITY;
  return startAtMs + response.endMs;
}

async function act({ action, ms }: Step, bed: TestBed): Promise<void> {
  if (action === "wait") await sleep(ms ?? 0);
  else if (action === "kill-runner") signalAll(bed, "SIGKILL");
  else if (action === "stop-runner") signalAll(bed, "SIGSTOP");
  else if (action === "stop-server" || action === "kill-server") await bed.engine.stop();
  else if (action === "slow-runner") {
    for (let round = 0; round < SLOW_ROUNDS; round++) {
      signalAll(bed, "SIGSTOP");
      await sleep(SLOW_STOP_MS);
      signalAll(bed, "SIGCONT");
      await sleep(SLOW_GO_MS);
    }
  }
}

function signalAll({ inferencePids }: TestBed, signal: NodeJS.Signals): void {
  for (const pid of inferencePids) process.kill(pid, signal);
}
