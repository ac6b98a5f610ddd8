import { describe, expect, it } from "vitest";
import { EventQueue } from "./event-queue.js";

function queueOfNumbers() {
  const pauses: boolean[] = [];
  return { pauses, queue: new EventQueue<number>((paused) => pauses.push(paused)) };
}

describe("EventQueue", () => {
  it("gives items in order, also those that come while the reader waits", async () => {
    const { queue } = queueOfNumbers();
    const reader = queue.read();
    queue.push(1);
    expect(await reader.next()).toEqual({ value: 1, done: false });
    const waiting = reader.next();
    queue.push(2);
    expect(await waiting).toEqual({ value: 2, done: false });
    queue.push(3);
    queue.end();
    expect(await reader.next()).toEqual({ value: 3, done: false });
    expect(await reader.next()).toEqual({ value: undefined, done: true });
  });

  it("gives what is waiting before an error", async () => {
    const { queue } = queueOfNumbers();
    queue.push(1);
    queue.end(new Error("gone"));
    const reader = queue.read();
    expect((await reader.next()).value).toBe(1);
    await expect(reader.next()).rejects.toThrow("gone");
  });

  it("drops what is waiting on abort", async () => {
    const { queue } = queueOfNumbers();
    queue.push(1);
    queue.abort(new Error("enough"));
    await expect(queue.read().next()).rejects.toThrow("enough");
  });

  it("asks the producer to pause when the reader is behind, and to go on when it has caught up", async () => {
    const { queue, pauses } = queueOfNumbers();
    for (let i = 0; i < 300; i++) queue.push(i);
    expect(pauses).toEqual([true]);
    const reader = queue.read();
    for (let i = 0; i < 300; i++) expect((await reader.next()).value).toBe(i);
    expect(pauses).toEqual([true, false]);
  });
});
