/** A host that answers at once and costs nothing: what is measured over it is the queue. */
export class InstantHost {
  execute({ model, prompt }) {
    const id = "01JE0000000000000000000000";
    const result = {
      schemaVersion: 1,
      id,
      modelName: model,
      prompt,
      response: prompt,
      executionTime: 0.001,
      tokensUsed: 4,
      success: true,
      metadata: {
        createdAt: "2026-01-01T00:00:00.000Z",
        api: "generate",
        doneReason: "stop",
        truncated: false,
        usage: { promptTokens: 2, completionTokens: 2 },
        timings: { totalMs: 1 },
        options: {},
        model: {},
      },
    };
    return { id, result: Promise.resolve(result) };
  }

  async listLoaded() {
    return [];
  }
}
