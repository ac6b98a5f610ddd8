import { type ChatMessage, OllamaError, type ToolCall } from "@codo/ollama-contract";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { defineTool, ModelRunner, type ToolStep } from "../src/index.js";
import { ScriptedExecutor, type ScriptedReply } from "../src/testing.js";

const call = (name: string, args: Record<string, unknown>, id?: string): ToolCall => ({
  ...(id !== undefined && { id }),
  function: { name, arguments: args },
});

const add = defineTool({
  name: "add",
  description: "Adds two numbers.",
  parameters: z.object({ a: z.number(), b: z.number() }),
  execute: ({ a, b }) => a + b,
});

function scripted(...replies: ScriptedReply[]): { runner: ModelRunner; executor: ScriptedExecutor } {
  const executor = new ScriptedExecutor({ reply: (_, index) => replies[Math.min(index, replies.length - 1)] ?? "" });
  return { runner: new ModelRunner(executor), executor };
}

describe("runWithTools", () => {
  it("runs what the model calls, several in a turn, and gives it the results", async () => {
    const { runner, executor } = scripted(
      { toolCalls: [call("add", { a: 1, b: 2 }, "call_1"), call("add", { a: 3, b: 4 }, "call_2")], thinking: "sums" },
      "3 and 7",
    );
    const answer = await runner.runWithTools("m", "What is 1+2 and 3+4?", [add]);
    expect(answer).toMatchObject({ response: "3 and 7", finishReason: "answer" });
    expect(answer.steps.map((step) => step.calls.map(({ status, output }) => [status, output]))).toEqual([
      [
        ["ok", 3],
        ["ok", 7],
      ],
      [],
    ]);
    expect(executor.requests[0]?.tools?.[0]).toMatchObject({
      type: "function",
      function: { name: "add", description: "Adds two numbers.", parameters: { type: "object", required: ["a", "b"] } },
    });
    expect(executor.requests[1]?.messages?.slice(1)).toEqual([
      expect.objectContaining({ role: "assistant", thinking: "sums", tool_calls: expect.anything() }),
      { role: "tool", content: "3", tool_name: "add", tool_call_id: "call_1" },
      { role: "tool", content: "7", tool_name: "add", tool_call_id: "call_2" },
    ]);
    expect(answer.messages.at(-1)).toEqual({ role: "assistant", content: "3 and 7" });
  });

  it("never runs a tool with arguments that do not fit, and tells the model", async () => {
    let runs = 0;
    const tool = defineTool<{ city: string }>({
      name: "weather",
      parameters: { type: "object", properties: { city: { type: "string" } }, required: ["city"] },
      execute: () => ++runs,
    });
    const { runner, executor } = scripted({ toolCalls: [call("weather", { town: "Oslo" })] }, "sorry");
    const answer = await runner.runWithTools("m", "Weather?", [tool]);
    expect(runs).toBe(0);
    expect(answer.steps[0]?.calls[0]).toMatchObject({ status: "invalid", error: expect.stringContaining("city") });
    expect(executor.requests[1]?.messages?.at(-1)?.content).toMatch(/^Error: The arguments do not fit/);
  });

  it("tells the model of errors, of unknown tools and of refusals", async () => {
    const failing = defineTool({ name: "fail", execute: () => Promise.reject(new Error("out of order")) });
    const calls = [call("fail", {}), call("nothing", {}), call("add", { a: 1, b: 1 })];
    const { runner } = scripted({ toolCalls: calls }, "ok");
    const asked: unknown[] = [];
    const answer = await runner.runWithTools("m", "go", [failing, add], {
      approve: (pending) => {
        asked.push([pending.name, pending.arguments]);
        return pending.name === "add" ? { approved: false, reason: "not today" } : true;
      },
    });
    expect(answer.steps[0]?.calls.map(({ status, content }) => [status, content])).toEqual([
      ["failed", "Error: out of order"],
      ["unknown", 'Error: There is no tool "nothing". The tools are: fail, add.'],
      ["denied", "Error: not today"],
    ]);
    expect(asked).toEqual([
      ["fail", {}],
      ["add", { a: 1, b: 1 }],
    ]);
  });

  it("stops at the step limit without running calls that nobody would read", async () => {
    let runs = 0;
    const tool = defineTool({ name: "again", execute: () => ++runs });
    const { runner, executor } = scripted({ toolCalls: [call("again", {})] });
    const steps: ToolStep[] = [];
    const answer = await runner.runWithTools("m", "go", [tool], { maxSteps: 3, onStep: (step) => steps.push(step) });
    expect(answer.finishReason).toBe("maxSteps");
    expect([executor.requests.length, runs, steps.length]).toEqual([3, 2, 3]);
    expect(answer.steps.at(-1)?.calls[0]?.status).toBe("skipped");
  });

  it("ends with the failed turn, its result and what was done before", async () => {
    const { runner } = scripted(
      { toolCalls: [call("add", { a: 1, b: 2 })] },
      { errorCode: "CONNECTION_LOST", text: "par" },
    );
    const answer = await runner.runWithTools("m", "go", [add]);
    expect(answer).toMatchObject({ finishReason: "error", response: "par", result: { success: false } });
    expect(answer.steps).toHaveLength(2);
    expect(answer.messages.map((message: ChatMessage) => message.role)).toEqual(["user", "assistant", "tool"]);
  });

  it("stops when its signal fires in a tool", async () => {
    const controller = new AbortController();
    const tool = defineTool({
      name: "slow",
      execute: (_, { signal }) => {
        controller.abort();
        signal?.throwIfAborted();
      },
    });
    const { runner, executor } = scripted({ toolCalls: [call("slow", {})] });
    const error = await runner
      .runWithTools("m", "go", [tool], { signal: controller.signal })
      .catch((reason: unknown) => reason);
    expect(OllamaError.is(error) && error.code).toBe("ABORTED");
    expect(executor.requests).toHaveLength(1);
  });

  it("refuses tools that cannot be told apart", async () => {
    const { runner } = scripted("x");
    await expect(runner.runWithTools("m", "go", [add, add])).rejects.toThrow(/two tools named "add"/);
    await expect(runner.runWithTools("m", "go", [add], { maxSteps: 0 })).rejects.toMatchObject({
      code: "INVALID_REQUEST",
    });
  });
});
