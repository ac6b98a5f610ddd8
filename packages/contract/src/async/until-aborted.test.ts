import { expect, it } from "vitest";
import { OllamaError } from "../errors/ollama-error.js";
import { untilAborted } from "./until-aborted.js";

it("gives the value, with and without a signal", async () => {
  expect(await untilAborted(Promise.resolve(1), undefined)).toBe(1);
  expect(await untilAborted(Promise.resolve(1), new AbortController().signal)).toBe(1);
});

it("ends the wait with ABORTED, and a later failure of the value harms nobody", async () => {
  for (const signal of [AbortSignal.abort("enough"), abortSoon()]) {
    const failing = new Promise((_, reject) => setImmediate(() => setImmediate(() => reject(new Error("late")))));
    await expect(untilAborted(failing, signal)).rejects.toMatchObject({ code: "ABORTED", cause: "enough" });
    await failing.catch(() => {});
  }
});

it("passes on an OllamaError that is the signal's reason", async () => {
  const reason = new OllamaError("TIMEOUT_TOTAL", "too late");
  await expect(untilAborted(new Promise(() => {}), AbortSignal.abort(reason))).rejects.toBe(reason);
});

function abortSoon(): AbortSignal {
  const controller = new AbortController();
  setImmediate(() => controller.abort("enough"));
  return controller.signal;
}
