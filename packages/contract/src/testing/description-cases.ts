import assert from "node:assert/strict";
import { type CaseDefinition, MODEL, PIECES } from "./conformance-case.js";

/** Embeddings, and what is known of models. */
export function descriptionCases(): CaseDefinition[] {
  return [
    {
      name: "embed gives one vector for each input, in their order",
      script: { pieces: PIECES },
      check: async ({ executor }) => {
        const { model, embeddings } = await executor.embed({ model: MODEL, input: ["a", "longer"] });
        assert.equal(model, MODEL);
        assert.equal(embeddings.length, 2);
        assert.ok(embeddings.flat().every(Number.isFinite), "vectors are of numbers");
        const { embeddings: alone } = await executor.embed({ model: MODEL, input: ["longer"] });
        assert.deepEqual(alone, [embeddings[1]]);
      },
    },
    {
      name: "describeModel says what the model can do",
      script: { pieces: PIECES },
      check: async ({ executor }) => {
        const { name, capabilities } = await executor.describeModel(MODEL);
        assert.equal(name, MODEL);
        assert.ok(capabilities.includes("completion"), "it completes");
      },
    },
    {
      name: "listLoaded lists the models in memory",
      script: { pieces: PIECES },
      check: async ({ executor }) => {
        const loaded = await executor.listLoaded();
        assert.ok(
          loaded.some(({ name }) => name === MODEL),
          "the only model is loaded",
        );
      },
    },
  ];
}
