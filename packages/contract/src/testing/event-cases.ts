import assert from "node:assert/strict";
import type { ExecutionEvent } from "../execution/executor.js";
import { type CaseDefinition, createGate, type ExecutorUnderTest, MODEL, PIECES, TEXT } from "./conformance-case.js";
import { firstText, readEvents, textOf } from "./read-events.js";

const PROMPT = { model: MODEL, prompt: "What colour is grass?" };

/** What happens during a run, and in which order. */
export function eventCases(): CaseDefinition[] {
  return [
    {
      name: "events are a start, the pieces in order, and the end with the result",
      script: { pieces: PIECES },
      check: checkOrder,
    },
    {
      name: "thinking comes before the text, and a tool call after it",
      script: {
        pieces: PIECES,
        thinking: "Plants.",
        toolCall: { function: { name: "paint", arguments: { colour: "green" } } },
      },
      check: checkKinds,
    },
    streamingCase(),
    { name: "`each`, where there is one, visits the same events", script: { pieces: PIECES }, check: checkEach },
    {
      name: "messages are a chat, whose prompt is the last user message",
      script: { pieces: PIECES },
      check: checkChat,
    },
    { name: "a run that nobody reads goes on to its end", script: { pieces: PIECES }, check: checkUnread },
  ];
}

async function checkOrder({ executor }: ExecutorUnderTest): Promise<void> {
  const handle = executor.execute(PROMPT);
  const events = await readEvents(handle);
  const result = await handle;
  assert.deepEqual(events.at(0), { type: "start", id: handle.id, model: MODEL });
  const middle = events.slice(1, -1);
  assert.ok(
    middle.every(({ type }) => type === "text"),
    "only text between start and end",
  );
  assert.equal(textOf(events), TEXT);
  assert.deepEqual(events.at(-1), { type: "end", result });
  assert.equal(result.id, handle.id);
  assert.equal(result.success, true);
  assert.equal(result.response, TEXT);
  assert.equal(result.modelName, MODEL);
  assert.equal(result.prompt, PROMPT.prompt);
  assert.equal(result.schemaVersion, 1);
  assert.equal(result.metadata.api, "generate");
  assert.equal(result.metadata.doneReason, "stop");
  assert.equal(handle.status, "succeeded");
  assert.equal(await handle.result, result, "the handle and its result are one");
}

async function checkKinds({ executor }: ExecutorUnderTest): Promise<void> {
  const handle = executor.execute(PROMPT);
  const kinds = (await readEvents(handle)).map(({ type }) => type);
  const once = kinds.filter((kind, index) => kind !== kinds[index - 1]);
  assert.deepEqual(once, ["start", "thinking", "text", "toolCall", "end"]);
  const { response, metadata } = await handle;
  assert.equal(response, TEXT);
  assert.equal(metadata.thinking, "Plants.");
  assert.equal(metadata.toolCalls?.at(0)?.function.name, "paint");
}

function streamingCase(): CaseDefinition {
  const gate = createGate();
  return {
    name: "a piece is passed on before the next one is there",
    script: { pieces: PIECES, afterFirst: gate.opened },
    check: async ({ executor }) => {
      const handle = executor.execute(PROMPT);
      assert.equal(await firstText(handle), PIECES[0]);
      assert.equal(handle.status, "running");
      gate.open();
      assert.equal((await handle).response, TEXT);
    },
  };
}

async function checkEach({ executor }: ExecutorUnderTest): Promise<void> {
  const handle = executor.execute(PROMPT);
  if (handle.each === undefined) return;
  const visited: ExecutionEvent[] = [];
  await handle.each((event) => visited.push(event));
  assert.deepEqual(visited.at(0), { type: "start", id: handle.id, model: MODEL });
  assert.equal(textOf(visited), TEXT);
  assert.deepEqual(visited.at(-1), { type: "end", result: await handle });
}

async function checkChat({ executor }: ExecutorUnderTest): Promise<void> {
  const messages = [
    { role: "system", content: "Be brief." },
    { role: "user", content: "What colour is grass?" },
  ];
  const result = await executor.execute({ model: MODEL, messages });
  assert.equal(result.success, true);
  assert.equal(result.response, TEXT);
  assert.equal(result.prompt, "What colour is grass?");
  assert.equal(result.metadata.api, "chat");
}

async function checkUnread({ executor }: ExecutorUnderTest): Promise<void> {
  const handle = executor.execute(PROMPT);
  const result = await handle;
  assert.equal(result.response, TEXT);
  assert.equal(textOf(await readEvents(handle)), TEXT, "a reader that comes late sees the whole");
}
