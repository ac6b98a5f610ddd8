import { expect, it } from "vitest";
import { fixedLimit } from "./concurrency-limit.js";
import { type Attempt, Dispatcher, type Outcome } from "./dispatcher.js";

interface Started {
  task: number;
  answer: () => void;
  finish: (outcome?: Partial<Outcome>) => void;
}

async function* count(to: number): AsyncGenerator<number> {
  for (let task = 0; task < to; task++) yield task;
}

function deferred<T>(): { promise: Promise<T>; resolve: (value: T) => void } {
  let resolve: (value: T) => void = () => {};
  const promise = new Promise<T>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}

function dispatch(tasks: number, concurrency: number, more: { patienceMs?: number } = {}) {
  const givenUp: number[] = [];
  const waits: number[] = [];
  const started: Started[] = [];
  const settled: number[] = [];
  const attempt = (task: number): Attempt => {
    const answered = deferred<void>();
    const outcome = deferred<Outcome>();
    const settle = async (): Promise<void> => {
      settled.push(task);
    };
    started.push({
      task,
      answer: answered.resolve,
      finish: (own) => outcome.resolve({ isBusy: false, settle, ...own }),
    });
    return { answered: answered.promise, outcome: outcome.promise };
  };
  const giveUp = async (task: number): Promise<void> => {
    givenUp.push(task);
  };
  const onWait = (delayMs: number): void => {
    waits.push(delayMs);
  };
  const dispatcher = new Dispatcher({
    tasks: count(tasks),
    limit: fixedLimit(concurrency),
    attempt,
    giveUp,
    onWait,
    ...more,
  });
  return { started, settled, givenUp, waits, dispatcher, done: dispatcher.run() };
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

it("sends the next task when the server has answered, before the outcome is there", async () => {
  const { started, settled, dispatcher, done } = dispatch(3, 1);
  await turn();
  started[0]?.answer();
  await turn();
  expect(started.map(({ task }) => task)).toEqual([0, 1]);
  expect(settled).toEqual([]);
  for (const { finish } of started) finish();
  await turn();
  started[2]?.finish();
  await done;
  expect(settled.toSorted()).toEqual([0, 1, 2]);
  expect(dispatcher.peak).toBe(1);
});

it("is not over while an outcome is missing", async () => {
  const { started, done } = dispatch(1, 4);
  await turn();
  started[0]?.answer();
  const first = await Promise.race([done.then(() => "over"), turn().then(() => "not over")]);
  expect(first).toBe("not over");
  started[0]?.finish();
  await done;
});

it("tries a task again that the server was too busy for, and sends nothing in between", async () => {
  const { started, settled, done } = dispatch(2, 1);
  await turn();
  started[0]?.finish({ isBusy: true });
  await turn();
  expect(started).toHaveLength(1);
  await expect.poll(() => started.length).toBe(2);
  expect(started[1]?.task).toBe(0);
  started[1]?.finish();
  await expect.poll(() => started.length).toBe(3);
  started[2]?.finish();
  await done;
  expect(settled).toEqual([0, 1]);
});

it("holds the reading back while deliveries lag behind", async () => {
  const { started, dispatcher, done } = dispatch(100, 1);
  for (let index = 0; index < 40; index++) {
    started[index]?.answer();
    await turn();
  }
  expect(started.length).toBeLessThan(40);
  while (started.length < 100 || dispatcher.peak === 0) {
    for (const { answer, finish } of started) {
      answer();
      finish();
    }
    await turn();
  }
  for (const { finish } of started) finish();
  await done;
});

it("waits as long as the server asks, and gives up what is left once its patience is over", async () => {
  const { started, settled, givenUp, waits, done } = dispatch(5, 1, { patienceMs: 60 });
  await turn();
  started[0]?.finish({ isBusy: true, retryAfterMs: 40 });
  await turn();
  expect(waits).toEqual([40]);
  await expect.poll(() => started.length).toBe(2);
  started[1]?.finish({ isBusy: true, retryAfterMs: 40 });
  await done;
  expect([settled, givenUp]).toEqual([[0], [1, 2, 3, 4]]);
});

it("fails at once where the server asks for more than its patience", async () => {
  const { started, settled, givenUp, waits, done } = dispatch(2, 1, { patienceMs: 1000 });
  await turn();
  started[0]?.finish({ isBusy: true, retryAfterMs: 5000 });
  await done;
  expect([settled, givenUp, waits]).toEqual([[0], [1], []]);
});
