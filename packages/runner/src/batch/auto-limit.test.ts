import { describe, expect, it } from "vitest";
import { AutoLimit } from "./auto-limit.js";

interface Simulation {
  slots: number;
  serviceMs: number;
  requests: number;
  /** Requests at the server above which it refuses. */
  capacity?: number;
  gapMs?: number;
  startMs?: number;
  /** How far the work of a request may be from the usual, as a share. */
  spread?: number;
  seed?: number;
  /** How many times slower the server is in every other stretch of 60 requests. */
  slowdown?: number;
}

/** A server with slots and a queue, in simulated time: an event for each request that ends. */
function simulate(
  limit: AutoLimit,
  {
    slots,
    serviceMs,
    requests,
    capacity = 1e9,
    gapMs = 1,
    startMs = 0,
    spread = 0,
    seed = 1,
    slowdown = 1,
  }: Simulation,
): {
  wallMs: number;
  refused: number;
} {
  const freeAt = new Array<number>(slots).fill(0);
  const running: { startedAtMs: number; endedAtMs: number; work: number }[] = [];
  const random = randomFrom(seed);
  let now = startMs;
  let sent = 0;
  let refused = 0;
  while (sent < requests || running.length > 0) {
    while (sent < requests && running.length < limit.current) {
      if (running.length >= capacity) {
        refused++;
        limit.finished({ startedAtMs: now, endedAtMs: now + gapMs, work: 0, isBusy: true });
        break;
      }
      const slot = freeAt.indexOf(Math.min(...freeAt));
      const work = 1 + spread * (2 * random() - 1);
      // The way there and back takes time in which a slot idles unless another request waits.
      const endsAt =
        Math.max(freeAt[slot] ?? 0, now + gapMs) +
        serviceMs * work * (Math.floor((sent + seed) / 60) % 2 === 1 ? slowdown : 1);
      freeAt[slot] = endsAt;
      running.push({ startedAtMs: now, endedAtMs: endsAt, work });
      sent++;
    }
    running.sort((a, b) => a.endedAtMs - b.endedAtMs);
    const done = running.shift();
    if (done === undefined) continue;
    now = Math.max(now, done.endedAtMs);
    limit.finished({ startedAtMs: done.startedAtMs, endedAtMs: now, work: done.work, isBusy: false });
  }
  return { wallMs: now - startMs, refused };
}

/** Numbers from 0 to 1, the same for a seed. Source: the generator of Park and Miller. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}

describe("AutoLimit", () => {
  it.each([1, 2, 3, 4, 6, 8, 12, 16, 24])("settles just above what a server with %i slots needs", (slots) => {
    const limit = new AutoLimit();
    const requests = 300 + slots * 20;
    const { wallMs } = simulate(limit, { slots, serviceMs: 20, requests });
    expect(limit.current).toBeGreaterThanOrEqual(slots);
    expect(limit.current).toBeLessThanOrEqual(slots * 2 + 4);
    expect(wallMs / ((requests / slots) * 20)).toBeLessThan(1.25);
  });

  it.each([0.1, 1, 5])("settles at one or two where a server does one at a time, %d ms away", (gapMs) => {
    const limit = new AutoLimit();
    simulate(limit, { slots: 1, serviceMs: 20, requests: 300, gapMs });
    expect(limit.current).toBeLessThanOrEqual(2);
    simulate(limit, { slots: 1, serviceMs: 20, requests: 600, gapMs, startMs: 1e6 });
    expect(limit.current).toBeLessThanOrEqual(2);
  });

  it("is not led astray by answers of very different lengths", () => {
    const settled = Array.from({ length: 100 }, (_, seed) => {
      const limit = new AutoLimit();
      simulate(limit, { slots: 1, serviceMs: 20, requests: 400, spread: 0.5, seed: seed + 1 });
      return limit.current;
    });
    expect(settled.filter((level) => level > 2).length).toBeLessThanOrEqual(5);
  });

  it("is not led astray by a server that is slower now and then", () => {
    const settled = Array.from({ length: 60 }, (_, seed) => {
      const limit = new AutoLimit();
      simulate(limit, { slots: 1, serviceMs: 20, requests: 400, slowdown: 1.3, seed });
      return limit.current;
    });
    expect(settled.filter((level) => level > 2).length).toBeLessThanOrEqual(15);
  });

  it("notices that a server has become able to do more", () => {
    const limit = new AutoLimit();
    simulate(limit, { slots: 2, serviceMs: 20, requests: 300 });
    expect(limit.current).toBeLessThanOrEqual(8);
    simulate(limit, { slots: 12, serviceMs: 20, requests: 900, startMs: 1e6 });
    expect(limit.current).toBeGreaterThanOrEqual(12);
  });

  it("stays within its maximum", () => {
    const limit = new AutoLimit({ max: 5 });
    simulate(limit, { slots: 16, serviceMs: 20, requests: 500 });
    expect(limit.current).toBe(5);
  });

  it("halves at a 503, counts a burst of them once, and comes back to just below what was refused", () => {
    const limit = new AutoLimit();
    const level = limit.current;
    limit.finished({ startedAtMs: 0, endedAtMs: 10, work: 0, isBusy: true });
    limit.finished({ startedAtMs: 1, endedAtMs: 11, work: 0, isBusy: true });
    expect(limit.current).toBe(level / 2);
    for (let time = 20; time < 500; time++) {
      limit.finished({ startedAtMs: time, endedAtMs: time + 1, work: 1, isBusy: false });
    }
    expect(limit.current).toBe(level - 1);
  });

  it("works with a server that refuses what it has no room for", () => {
    const limit = new AutoLimit();
    const { refused, wallMs } = simulate(limit, { slots: 4, serviceMs: 20, requests: 800, capacity: 6 });
    expect(refused).toBeLessThan(10);
    expect(limit.current).toBeGreaterThanOrEqual(4);
    expect(limit.current).toBeLessThanOrEqual(6);
    expect(wallMs / ((800 / 4) * 20)).toBeLessThan(1.2);
  });
});
