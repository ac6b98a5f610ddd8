import assert from "node:assert/strict";
import { type CaseDefinition, MODEL, PIECES, TEXT } from "./conformance-case.js";
import { readEvents } from "./read-events.js";

const PROMPT = "What colour is grass?";

/** What goes wrong, and how an executor says so. */
export function failureCases(): CaseDefinition[] {
  return [
    {
      name: "a model that is not there is a result with MODEL_NOT_FOUND",
      script: { pieces: PIECES },
      check: async ({ executor }) => {
        const handle = executor.execute({ model: "missing", prompt: PROMPT });
        const events = await readEvents(handle);
        const result = await handle;
        assert.equal(result.success, false);
        assert.equal(result.metadata.error?.code, "MODEL_NOT_FOUND");
        assert.match(result.errorMessage ?? "", /missing/);
        assert.equal(result.id, handle.id);
        assert.deepEqual(events, [
          { type: "start", id: handle.id, model: "missing" },
          { type: "end", result },
        ]);
        assert.equal(handle.status, "failed");
      },
    },
    {
      name: "a failure in the middle of an answer is a result that keeps what came",
      script: { pieces: PIECES, failure: "the model runner has stopped" },
      check: async ({ executor }) => {
        const handle = executor.execute({ model: MODEL, prompt: PROMPT });
        const result = await handle;
        assert.equal(result.success, false);
        assert.equal(result.metadata.error?.code, "SERVER_ERROR");
        assert.match(result.errorMessage ?? "", /the model runner has stopped/);
        assert.equal(result.response, TEXT);
        assert.equal(result.metadata.doneReason, null);
        assert.equal(handle.status, "failed");
      },
    },
    {
      name: "a request that is a mistake in the program throws INVALID_REQUEST",
      script: { pieces: PIECES },
      check: async ({ executor }) => {
        const messages = [{ role: "user", content: PROMPT }];
        const code = "INVALID_REQUEST";
        assert.throws(() => executor.execute({ model: "", prompt: PROMPT }), { code });
        assert.throws(() => executor.execute({ model: MODEL, prompt: PROMPT, messages }), { code });
      },
    },
    {
      name: "embed and describeModel reject with MODEL_NOT_FOUND where the model is not there",
      script: { pieces: PIECES },
      check: async ({ executor }) => {
        const code = "MODEL_NOT_FOUND";
        await assert.rejects(executor.embed({ model: "missing", input: ["a"] }), { code });
        await assert.rejects(executor.describeModel("missing"), { code });
      },
    },
  ];
}
