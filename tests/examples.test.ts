import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { answerRows } from "../examples/batch-over-csv/src/answer-rows.js";
import { startEngine } from "../examples/other-clients/src/start-server.js";
import { startPage } from "../examples/stream-to-a-page/src/main.js";
import { servePage } from "../examples/stream-to-a-page/src/serve-page.js";
import { readPerson } from "../examples/structured-output/src/with-valibot.js";
import { readAddress } from "../examples/structured-output/src/with-zod.js";
import { askWithTools } from "../examples/tools/src/ask-with-tools.js";
import { batchThatSurvives } from "../examples/tour/src/batch-that-survives.js";
import { measureAModel } from "../examples/tour/src/measure-a-model.js";
import { streamAnAnswer } from "../examples/tour/src/stream-an-answer.js";
import { OllamaClient, OllamaManager } from "../packages/core/src/index.js";
import { ModelRunner } from "../packages/runner/src/index.js";
import { launchBrowser } from "../packages/test-utils/src/browser.js";
import { needsTools } from "../packages/test-utils/src/tools.js";
import { startToldAnswers } from "../packages/ui/tests/told-answers.js";

it("the README's example streams an answer that the model computed, another one for another prompt", async () => {
  const answer = async (prompt: string): Promise<string> => {
    let text = "";
    await streamAnAnswer(prompt, (part) => {
      text += part;
    });
    return text;
  };
  const sky = await answer("Why is the sky blue?");
  expect(sky).toMatch(/blue/i);
  expect(await answer("What is the capital of France?")).toMatch(/Paris/);
});

it("a batch keeps its answers and is not run twice", async () => {
  const folder = await mkdtemp(join(tmpdir(), "codo-example-"));
  try {
    const prompts = ["What is the capital of France?", "What is the capital of Japan?"];
    const first = await batchThatSurvives(prompts, folder);
    expect(first[0]).toMatch(/Paris/);
    expect(first[1]).toMatch(/Tokyo/);
    expect(await batchThatSurvives(prompts, folder)).toEqual(first);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

it("a model is measured on a server of its own", async () => {
  expect(await measureAModel(["Why is the sky blue?"])).toMatch(/ttft_ms +\d/);
});

it("the questions of a CSV file are answered, each once", async () => {
  const folder = await mkdtemp(join(tmpdir(), "codo-example-"));
  const [input, output] = [join(folder, "in.csv"), join(folder, "out.csv")];
  try {
    await writeFile(input, 'id,question\n1,"What is the capital of France?"\n2,"What is the capital\nof Japan?"\n');
    await answerRows(input, output);
    const first = await readFile(output, "utf8");
    expect(first).toBe(
      'id,question,answer\n1,What is the capital of France?,The capital of France is Paris.\n2,"What is the capital\nof Japan?",The capital of Japan is Tokyo.\n',
    );
    const journal = await readFile(`${output}.journal`, "utf8");
    await answerRows(input, output);
    expect(await readFile(output, "utf8")).toBe(first);
    expect(await readFile(`${output}.journal`, "utf8")).toBe(journal);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

it("values are read out of texts with zod and with valibot", async () => {
  expect(await readAddress("Ada is 36 years old and lives in London.")).toMatchObject({ city: "London" });
  expect(await readPerson("Ada is 36 years old and lives in London.")).toMatchObject({ name: "Ada" });
});

it("a tool computes what the model asks it to", async () => {
  expect(await askWithTools("What is 3 plus 4?")).toEqual({ response: "The result is 7.", computed: [7] });
});

describe("two models compared", () => {
  let engine: Awaited<ReturnType<typeof startEngine>>;
  beforeAll(async () => {
    engine = await startEngine();
    const body = JSON.stringify({ model: "brief", from: "codo-tiny", parameters: { num_predict: 3 }, stream: false });
    expect((await fetch(`${engine.url}/api/create`, { method: "POST", body })).ok).toBe(true);
  });
  afterAll(() => engine.stop());

  const statusOf = async (...models: string[]): Promise<number> => {
    const program = join(import.meta.dirname, "../examples/compare-in-ci/src/compare-models.js");
    const [status] = await once(
      spawn(process.execPath, [program, engine.url, ...models], { stdio: "ignore" }),
      "close",
    );
    return status;
  };

  it("stop the pipeline where the candidate answers fewer questions right", async () => {
    expect(await statusOf("codo-tiny", "brief")).toBe(1);
    expect(await statusOf("brief", "codo-tiny")).toBe(0);
  });
});

describe("a page that asks", () => {
  needsTools("chromium");

  it("shows what the model answers", async () => {
    const browser = await launchBrowser();
    const { url, stop } = await startPage();
    try {
      const page = await browser.newPage();
      await page.goto(url);
      await page.click("button");
      await page.waitForSelector("#answer[data-done]");
      expect(await page.textContent("#answer")).toMatch(/blue/i);
    } finally {
      await browser.close();
      await stop();
    }
  });

  it("shows the answer while it is written", async () => {
    const browser = await launchBrowser();
    const models = await startToldAnswers();
    const manager = new OllamaManager({ client: new OllamaClient({ host: models.url }) });
    const { url, server } = await servePage(new ModelRunner(manager), "told:latest");
    try {
      const page = await browser.newPage();
      await page.goto(url);
      await page.click("button");
      await models.asked(1);
      models.say("The sky ");
      await page.getByText("The sky", { exact: true }).waitFor();
      models.say("is blue.");
      await page.getByText("The sky is blue.", { exact: true }).waitFor();
      expect(await page.getAttribute("#answer", "data-done")).toBeNull();
      models.end();
      await page.waitForSelector("#answer[data-done]");
      expect(await page.textContent("#answer")).toBe("The sky is blue.");
    } finally {
      await browser.close();
      server.closeAllConnections();
      server.close();
      await models.stop();
    }
  });
});
