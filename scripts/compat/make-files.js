// Runs in a folder in which npm installed a released version: makes one file of each kind that it leaves on disk. They
// are kept in packages/cli/tests/fixtures/released/VERSION from each release on, and released-files.test.ts reads them.
//   node make-files.js FOLDER
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { benchmarkModel } from "@codo/ollama-bench";
import { ConfigManager } from "@codo/ollama-config";
import { createExecutor, OllamaClient } from "@codo/ollama-core";
import { startEngine } from "@codo/ollama-engine";
import { OutputManager } from "@codo/ollama-output";
import { Conversation, ModelRunner } from "@codo/ollama-runner";

const folder = process.argv[2];
await mkdir(folder, { recursive: true });
const engine = await startEngine();
const executor = createExecutor(new OllamaClient({ host: engine.url }));
const runner = new ModelRunner(executor);
const outputs = new OutputManager(join(folder, "outputs"));
const journal = join(folder, "batch.jsonl");
await runner.runBatch(
  "codo-tiny",
  ["What is the capital of France?", "What is the capital of Japan?"],
  { temperature: 0 },
  { journal, onResult: (result) => outputs.saveExecutionResult(result) },
);
const plan = { trials: 1, journal: join(folder, "bench-journal.jsonl") };
const report = await benchmarkModel(executor, "codo-tiny", ["Why is the sky blue?"], { temperature: 0 }, plan);
await outputs.saveBenchmarkReport(report);
await outputs.close();
await writeFile(join(folder, "bench-report.json"), `${JSON.stringify(report, null, 2)}\n`);

const conversation = new Conversation(runner, "codo-tiny");
await conversation.send("What is the capital of France?");
await conversation.save(join(folder, "conversation.json"));

const settings = join(folder, "settings.jsonc");
await writeFile(settings, "// kept\n{}\n");
const config = new ConfigManager(settings);
await config.set("temperature", 0.25);
await config.exportConfig(join(folder, "exported-settings.json"));
await engine.stop();
