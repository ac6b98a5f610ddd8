import { expectTypeOf, it } from "vitest";
import type { ChatRequest, GenerateRequest, ToolDefinition } from "../index.js";

/** A message as programs write it: an interface, which has no index signature. */
interface OwnMessage {
  role: string;
  content: string;
}

/** A tool as the official client has it. */
interface OfficialTool {
  type: string;
  function: {
    name?: string;
    description?: string;
    parameters?: { type?: string; required?: string[]; properties?: { [key: string]: { type?: string | string[] } } };
  };
}

it("takes messages and tools of other people's interfaces", () => {
  expectTypeOf<OwnMessage[]>().toExtend<NonNullable<ChatRequest["messages"]>>();
  expectTypeOf<OfficialTool[]>().toExtend<NonNullable<ChatRequest["tools"]>>();
  expectTypeOf<OfficialTool>().toExtend<ToolDefinition>();
});

it("finds a misspelt field", () => {
  // @ts-expect-error: it is called `messages`
  const chat: ChatRequest = { model: "m", mesages: [] };
  // @ts-expect-error: it is called `prompt`
  const generate: GenerateRequest = { model: "m", promt: "x" };
  expectTypeOf(chat.model).toBeString();
  expectTypeOf(generate.model).toBeString();
});
