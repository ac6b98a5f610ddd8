import assert from "node:assert/strict";
import { type CaseDefinition, MODEL, NEVER, PIECES, TEXT } from "./conformance-case.js";
import { firstText, readEvents } from "./read-events.js";
import { assertCancelled } from "./reader-cases.js";

const PROMPT = { model: MODEL, prompt: "What colour is grass?" };
const ABORTED = { code: "ABORTED" };

/** How a run is ended early: by `cancel()`, or by the caller's signal. */
export function endingCases(): CaseDefinition[] {
  return [
    {
      name: "cancel() at once ends a run in a result that says so",
      script: { pieces: PIECES, beforeFirst: NEVER },
      check: async ({ executor }) => {
        const handle = executor.execute(PROMPT);
        handle.cancel();
        await assertCancelled(handle, "");
      },
    },
    {
      name: "cancel() after the first piece keeps it, and the server is left",
      script: { pieces: PIECES, afterFirst: NEVER },
      check: async ({ executor, left }) => {
        const handle = executor.execute(PROMPT);
        assert.equal(await firstText(handle), PIECES[0]);
        handle.cancel();
        await assertCancelled(handle, PIECES[0] ?? "");
        await left;
      },
    },
    {
      name: "cancel() after the end changes nothing",
      script: { pieces: PIECES },
      check: async ({ executor }) => {
        const handle = executor.execute(PROMPT);
        await handle;
        handle.cancel();
        assert.equal((await handle).response, TEXT);
        assert.equal(handle.status, "succeeded");
      },
    },
    {
      name: "a signal that has fired already rejects with ABORTED",
      script: { pieces: PIECES },
      check: async ({ executor }) => {
        const handle = executor.execute({ ...PROMPT, signal: AbortSignal.abort() });
        await assert.rejects(handle.result, ABORTED);
        assert.equal(handle.status, "cancelled");
      },
    },
    {
      name: "a signal before the first byte rejects the result and the readers with ABORTED",
      script: { pieces: PIECES, beforeFirst: NEVER },
      check: async ({ executor }) => {
        const controller = new AbortController();
        const handle = executor.execute({ ...PROMPT, signal: controller.signal });
        const reading = readEvents(handle);
        controller.abort();
        await assert.rejects(handle.result, ABORTED);
        await assert.rejects(reading, ABORTED);
        assert.equal(handle.status, "cancelled");
      },
    },
    {
      name: "a signal after the first piece rejects with ABORTED, and the server is left",
      script: { pieces: PIECES, afterFirst: NEVER },
      check: async ({ executor, left }) => {
        const controller = new AbortController();
        const handle = executor.execute({ ...PROMPT, signal: controller.signal });
        await firstText(handle);
        controller.abort();
        await assert.rejects(handle.result, ABORTED);
        await left;
      },
    },
    {
      name: "embed rejects with ABORTED when its signal fires",
      script: { pieces: PIECES },
      check: async ({ executor }) => {
        const embedding = executor.embed({ model: MODEL, input: ["a"], signal: AbortSignal.abort() });
        await assert.rejects(embedding, ABORTED);
      },
    },
  ];
}
