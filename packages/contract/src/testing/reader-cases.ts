import assert from "node:assert/strict";
import type { ExecutionHandle } from "../execution/executor.js";
import { type CaseDefinition, createGate, MODEL, NEVER, PIECES, TEXT } from "./conformance-case.js";
import { readEvents, textOf } from "./read-events.js";

const PROMPT = { model: MODEL, prompt: "What colour is grass?" };

/** Several readers of one run, and what becomes of it when they leave. */
export function readerCases(): CaseDefinition[] {
  return [
    oneLeavesCase(),
    {
      name: "when the last reader leaves, the run is cancelled",
      script: { pieces: PIECES, beforeFirst: NEVER },
      check: async ({ executor }) => {
        const handle = executor.execute(PROMPT);
        await leaveAtStart(handle);
        await assertCancelled(handle, "");
      },
    },
    {
      name: "a reader that waits for the next event can leave at once",
      script: { pieces: PIECES, beforeFirst: NEVER },
      check: async ({ executor }) => {
        const handle = executor.execute(PROMPT);
        const reader = handle[Symbol.asyncIterator]();
        assert.equal((await reader.next()).done, false);
        const waiting = reader.next();
        assert.equal((await reader.return?.())?.done, true);
        assert.equal((await waiting).done, true);
        await assertCancelled(handle, "");
      },
    },
    {
      name: "a reader that leaves after the end changes nothing",
      script: { pieces: PIECES },
      check: async ({ executor }) => {
        const handle = executor.execute(PROMPT);
        await handle;
        await leaveAtStart(handle);
        assert.equal(handle.status, "succeeded");
        assert.equal(textOf(await readEvents(handle)), TEXT);
      },
    },
  ];
}

function oneLeavesCase(): CaseDefinition {
  const gate = createGate();
  return {
    name: "when one of two readers leaves, the other reads on to the end",
    script: { pieces: PIECES, beforeFirst: gate.opened },
    check: async ({ executor }) => {
      const handle = executor.execute(PROMPT);
      const reading = readEvents(handle);
      await leaveAtStart(handle);
      gate.open();
      const events = await reading;
      assert.equal(textOf(events), TEXT);
      assert.deepEqual(events.at(-1), { type: "end", result: await handle });
      assert.equal((await handle).success, true);
    },
  };
}

async function leaveAtStart(handle: ExecutionHandle): Promise<void> {
  for await (const event of handle) {
    assert.equal(event.type, "start");
    break;
  }
}

/** Asserts that a run was cancelled, and that the part which came is kept. */
export async function assertCancelled(handle: ExecutionHandle, partial: string): Promise<void> {
  const result = await handle;
  assert.equal(result.success, false);
  assert.equal(result.metadata.error?.code, "ABORTED");
  assert.equal(result.metadata.error.retryable, false);
  assert.equal(result.response, partial);
  assert.equal(result.id, handle.id);
  assert.equal(handle.status, "cancelled");
  assert.deepEqual((await readEvents(handle)).at(-1), { type: "end", result });
}
