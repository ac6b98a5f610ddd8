import { expect, it } from "vitest";
import { startInference } from "../../src/inference/start-inference.js";
import { CODO_TINY, chat, collect, request } from "./inference-fixtures.js";

const PREFIX = `<|im_start|>system\n${"The sky is blue because the air scatters blue light. ".repeat(30)}<|im_end|>\n`;
const QUESTIONS = ["What is the capital of France?", "Hello", "Why is the sky blue?"].map(
  (text) => PREFIX + chat(text),
);

it("a prompt that begins as one in another sequence is copied from there, and answered as if it were computed", async () => {
  const load = (parallel: number) => startInference({ modelPath: CODO_TINY, numCtx: 2048, parallel });
  const [alone, together] = await Promise.all([load(1), load(4)]);
  const expected = [];
  for (const question of QUESTIONS) expected.push((await collect(alone.generate(request(question)))).text);
  // The first one's sequence is busy while the others come.
  const leaving = new AbortController();
  const first = together.generate(request(QUESTIONS[0] ?? "", { numPredict: -1, stop: ["never"] }), leaving.signal);
  const events = first[Symbol.asyncIterator]();
  for (let event = await events.next(); event.value?.type !== "token"; ) event = await events.next();
  const others = await Promise.all(QUESTIONS.slice(1).map((question) => collect(together.generate(request(question)))));
  const prefixTokens = (await together.tokenize(PREFIX)).length;
  expect(prefixTokens).toBeGreaterThan(360);
  for (const [index, { text, done }] of others.entries()) {
    expect(done.cachedCount).toBeGreaterThanOrEqual(prefixTokens - 1);
    expect(text).toBe(expected[index + 1]);
  }
  leaving.abort();
  await expect(events.next()).rejects.toThrow();
  await Promise.all([alone.stop(), together.stop()]);
});
