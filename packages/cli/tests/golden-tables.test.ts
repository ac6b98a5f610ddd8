import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { ModelExecutionResult } from "@codo/ollama-core";
import { OutputManager } from "@codo/ollama-output";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runCli } from "../src/main.js";
import type { OutputStream } from "../src/terminal/terminal.js";
import { textWidth } from "../src/terminal/text-layout.js";
import { type CliHome, createHome } from "./support/cli-harness.js";
import { type ModelServer, startModelServer } from "./support/model-server.js";

const REPORT = fileURLToPath(new URL("./golden/bench-report.json", import.meta.url));
const DAY_MS = 86_400_000;

let server: ModelServer;
let home: CliHome;

beforeAll(async () => {
  server = await startModelServer();
  home = await createHome(server.url);
  const outputs = new OutputManager(join(home.folder, "outputs"));
  for (const result of RESULTS) await outputs.saveExecutionResult(result);
  await outputs.close();
});

afterAll(async () => {
  await server?.stop();
});

/** A result that is as old as it has to be for its age to stay the same while the test runs. */
function resultOf(number: number, about: Partial<ModelExecutionResult> & { days: number }): ModelExecutionResult {
  const { days, ...result } = about;
  const createdAt = new Date(Date.now() - days * DAY_MS - DAY_MS / 4).toISOString();
  return {
    schemaVersion: 1,
    id: `01JDAB000000000000000000${number}A`,
    modelName: "llama3.2:3b",
    prompt: "Why is the sky blue?",
    response: "Rayleigh scattering.",
    executionTime: 1.5,
    success: true,
    ...result,
    metadata: {
      createdAt,
      api: "generate",
      doneReason: "stop",
      truncated: false,
      usage: {},
      timings: {},
      options: {},
      model: {},
    },
  };
}

const LONG = "Summarise the minutes of the meeting in three sentences, and list who has to do what until when.";
const RESULTS = [
  resultOf(1, { days: 1 }),
  resultOf(2, { days: 2, prompt: LONG, modelName: "registry.example.com/team/deepseek-r1:32b-qwen-distill-q4_K_M" }),
  resultOf(3, { days: 3, prompt: "空が青いのはなぜですか。三つの文で説明してください。", modelName: "qwen3:8b" }),
  resultOf(4, { days: 4, success: false, response: "Rayl" }),
  resultOf(5, { days: 5, success: false, response: "" }),
];

const LINES = [
  "models list",
  "models list nothing-begins-so",
  "models ps",
  "models show llama3.2:3b",
  "models stats",
  "outputs list",
  "outputs stats",
  "outputs search sky",
  "config presets",
  `report ${REPORT}`,
  `report ${REPORT} --baseline ${REPORT}`,
];

const PLACES = [
  { place: "at 80 columns", columns: 80, file: "tables-80.txt" },
  { place: "at 200 columns", columns: 200, file: "tables-200.txt" },
  { place: "in a pipe", columns: undefined, file: "tables-pipe.txt" },
];

describe.each(PLACES)("tables $place", ({ columns, file }) => {
  it("are as they were looked at (`vitest -u` after looking again)", async () => {
    const pages: string[] = [];
    for (const line of LINES) {
      let shown = "";
      const stream: OutputStream = {
        ...(columns === undefined ? {} : { columns, isTTY: true }),
        writable: true,
        destroyed: false,
        write: (text, written) => {
          shown += text;
          written?.();
          return true;
        },
      };
      const argv = [...line.split(" "), "--output-dir", join(home.folder, "outputs")];
      const around = {
        stdout: stream,
        stderr: stream,
        env: { ...home.env, NO_COLOR: "1" },
        signal: new AbortController().signal,
      };
      const status = await runCli(argv, around);
      expect(status, shown).toBe(0);
      for (const text of shown.split("\n")) expect(textWidth(text), text).toBeLessThanOrEqual(columns ?? Infinity);
      const { port } = new URL(server.url);
      const steady = shown.replaceAll(port, "0".repeat(port.length)).replace(/\b2\d{3}-\d\d-\d\d\b/g, "YYYY-MM-DD");
      pages.push(`$ codo ${line.replaceAll(REPORT, "report.json")}\n${steady}`);
    }
    await expect(pages.join("\n\n")).toMatchFileSnapshot(`./golden/${file}`);
  });
});
