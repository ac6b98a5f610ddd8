import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { GenerateEvent } from "../inference-contract.js";
import { EventSender } from "./event-sender.js";

const start: GenerateEvent = { type: "start", promptTokens: [1] };
const token = (text: string): GenerateEvent => ({ type: "token", text });
const done = { type: "done", reason: "stop" } as GenerateEvent;

describe("EventSender", () => {
  let sent: unknown[];
  let sender: EventSender;

  beforeEach(() => {
    vi.useFakeTimers();
    sent = [];
    sender = new EventSender((events) =>
      sent.push(events.map(([id, event]) => [id, "text" in event ? event.text : event.type])),
    );
  });

  afterEach(() => vi.useRealTimers());

  function step(...events: [id: number, event: GenerateEvent][]): void {
    for (const [id, event] of events) sender.add(id, event);
    sender.sendDue();
  }

  it("sends the start and the first token at once, and quick tokens together", () => {
    step([1, start]);
    step([1, token("a")]);
    expect(sent.splice(0)).toEqual([[[1, "start"]], [[1, "a"]]]);
    step([1, token("b")]);
    step([1, token("c")], [2, token("x")]);
    expect(sent).toEqual([]);
    vi.advanceTimersByTime(4);
    expect(sent.splice(0)).toEqual([
      [
        [1, "b"],
        [1, "c"],
        [2, "x"],
      ],
    ]);
    vi.advanceTimersByTime(100);
    expect(sent).toEqual([]);
  });

  it("sends each token by itself where a step takes longer than the pause", () => {
    for (const text of ["a", "b", "c"]) {
      step([1, token(text)]);
      vi.advanceTimersByTime(5);
    }
    expect(sent).toEqual([[[1, "a"]], [[1, "b"]], [[1, "c"]]]);
    expect(vi.getTimerCount()).toBe(0);
  });

  it("keeps the end of an answer waiting no longer, nor what stands before it", () => {
    step([1, token("a")]);
    step([2, token("x")]);
    step([1, done]);
    expect(sent).toEqual([
      [[1, "a"]],
      [
        [2, "x"],
        [1, "done"],
      ],
    ]);
    expect(vi.getTimerCount()).toBe(0);
  });

  it("sends on request what waits, once", () => {
    step([1, token("a")]);
    step([1, token("b")]);
    sender.flush();
    sender.flush();
    vi.advanceTimersByTime(100);
    expect(sent).toEqual([[[1, "a"]], [[1, "b"]]]);
  });
});
