import { type ModelExecutor, OllamaError } from "@codo/ollama-contract";
import { type MakeExecutor, type ModelScript, testExecutor } from "@codo/ollama-contract/testing";
import { createExecutor, OllamaClient, OllamaManager } from "@codo/ollama-core";
import { Ollama as OfficialOllama } from "ollama";
import { describe, it } from "vitest";
import { createHostPool } from "../src/index.js";
import { ScriptedExecutor, type ScriptedReply } from "../src/testing.js";
import { startModelServer } from "./model-server.fixture.js";

const executors: [string, MakeExecutor][] = [
  ["a bare client's executor", overServer((host) => createExecutor(new OllamaClient({ host, retry: false })))],
  ["the official client's executor", overServer((host) => createExecutor(new OfficialOllama({ host })))],
  ["the manager", overServer((host) => new OllamaManager({ host, autoStartServer: false }))],
  ["the host pool", overServer((url) => createHostPool([url]))],
  ["the scripted executor", scripted],
];

describe.each(executors)("%s as an executor", (_, make) => {
  for (const { name, run } of testExecutor(make)) it(name, run);
});

function overServer(make: (url: string) => ModelExecutor & Partial<AsyncDisposable>): MakeExecutor {
  return async (script) => {
    const server = await startModelServer(script);
    const executor = make(server.url);
    const close = async (): Promise<void> => {
      await executor[Symbol.asyncDispose]?.();
      await server.close();
    };
    return { executor, left: server.left, close };
  };
}

function scripted(script: ModelScript): { executor: ModelExecutor } {
  const assertThere = (model: string): void => {
    if (model !== script.model) throw new OllamaError("MODEL_NOT_FOUND", `There is no model "${model}".`);
  };
  const executor = new ScriptedExecutor({
    reply: ({ model }) =>
      model === script.model
        ? replyOf(script)
        : { errorCode: "MODEL_NOT_FOUND", errorMessage: `There is no model "${model}".`, chunks: [] },
    embed: ({ model, input }) => {
      assertThere(model);
      return { model, embeddings: input.map((text) => [text.length, 0.5]) };
    },
    describeModel: (model) => {
      assertThere(model);
      return {};
    },
    loaded: () => [{ name: script.model, digest: "d", sizeBytes: 1, vramBytes: 0 }],
  });
  return { executor };
}

function replyOf({ thinking, toolCall, failure, ...script }: ModelScript): ScriptedReply {
  return {
    chunks: piecesOf(script),
    ...(thinking !== undefined && { thinking }),
    ...(toolCall && { toolCalls: [toolCall] }),
    ...(failure !== undefined && { errorCode: "SERVER_ERROR", errorMessage: failure }),
  };
}

async function* piecesOf({ pieces, beforeFirst, afterFirst }: ModelScript): AsyncGenerator<string> {
  await beforeFirst;
  for (const [index, piece] of pieces.entries()) {
    yield piece;
    if (index === 0) await afterFirst;
  }
}
