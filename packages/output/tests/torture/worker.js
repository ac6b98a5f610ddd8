// One of the processes of the torture test: saves, lists, searches and cleans up until it is killed.
// Usage: node worker.js <store folder> <name>. Each line on stdout is the path of a save that resolved.
import { writeSync } from "node:fs";
import { OutputManager } from "@codo/ollama-output";

const [base, name] = process.argv.slice(2);
const store = new OutputManager(base);
const WORDS = ["river", "stone", "cloud", "ember", "quartz", "meadow"];
let count = 0;

/** Results are kept for ever here, and outputs are what is cleaned up. */
function result(word) {
  const prompt = `torture ${word} ${WORDS[count % WORDS.length]}`;
  return {
    schemaVersion: 1,
    id: "",
    modelName: `Model/${count % 3}`,
    prompt,
    response: prompt.repeat(1 + (count % 20)),
    executionTime: 0.1,
    success: count % 7 !== 0,
    metadata: { createdAt: new Date().toISOString(), api: "generate", usage: {}, timings: {}, options: {}, model: {} },
  };
}

const acknowledge = (line) => writeSync(1, `${line}\n`);

acknowledge("ready");
for (;;) {
  const word = `${name}n${count++}`;
  acknowledge(`${word} ${await store.saveExecutionResult(result(word))}`);
  if (count % 3 === 0) await store.saveModelOutput("disposable", word, "to be cleaned up");
  if (count % 10 === 0) {
    const { items } = await store.listSavedOutputs({ kind: "result", limit: 5 });
    if (items.length === 0) acknowledge("failed: the list was empty after a save");
  }
  if (count % 25 === 0) {
    const { total } = await store.searchOutputs(word, { kind: "result" });
    if (total !== 1) acknowledge(`failed: a search for ${word} found ${total}`);
  }
  if (count % 40 === 0) await store.applyRetention({ perKind: { output: { maxCount: 20 } } });
}
