import { appendFile, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { benchmarkModel } from "@codo/ollama-bench";
import { ConfigManager } from "@codo/ollama-config";
import type { ModelExecutionResult } from "@codo/ollama-contract";
import { OllamaClient, OllamaManager } from "@codo/ollama-core";
import { type Engine, startEngine } from "@codo/ollama-engine";
import { OutputManager } from "@codo/ollama-output";
import { type BatchInput, ModelRunner } from "@codo/ollama-runner";
import { launchBrowser } from "@codo/test-utils/browser";
import { findTool, needsTools } from "@codo/test-utils/tools";
import axe, { type AxeResults } from "axe-core";
import type { Browser, Locator, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startUi, type UiServer } from "../src/index.js";
import { type SlowPulls, startSlowPulls } from "./slow-pulls.js";
import { openWatchedTab } from "./watched-tab.js";

const HOSTILE =
  '<img src="x" onerror="window.ran = 1"><script>window.ran = 1</script> [click](javascript:window.ran=1) \u001b[31mred \u202egnp.exe **bold** ![p](http://other.test/p.png)';

/** One pixel. */
const PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
const COLOUR = { type: "object", properties: { colour: { enum: ["red", "blue"] } }, required: ["colour"] };

let folder: string;
let engine: Engine;
let registry: SlowPulls;
let output: OutputManager;
let ui: UiServer;
let browser: Browser;
let page: Page;
const faults: string[] = [];
const foreign: string[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "codo-ui-"));
  engine = await startEngine();
  output = new OutputManager(folder);
  await output.saveModelOutput("alpha", "about zebras", "Zebras have **stripes**.", {}, { tags: ["animals"] });
  await output.saveModelOutput("<b>beta</b>", HOSTILE, HOSTILE, {}, { tags: ["<i>tag</i>"] });
  await output.saveModelOutput("long", "a long one", "x ".repeat(2_500_000));
  registry = await startSlowPulls(engine.url);
  const client = new OllamaClient({ host: registry.url });
  await saveBatch(join(folder, "batch.jsonl"));
  const runner = new ModelRunner(new OllamaManager({ client }));
  const requests = join(folder, "requests.jsonl");
  const report = await benchmarkModel(
    runner,
    "codo-tiny",
    ["Hi."],
    { numPredict: 4 },
    { trials: 2, journal: requests },
  );
  for (const _ of [1, 2]) await output.saveBenchmarkReport(report);
  await client.copy({ source: "codo-tiny", destination: "second" });
  const config = new ConfigManager(join(folder, "config.json"), { env: { HOME: folder }, cwd: folder });
  ui = await startUi({ manager: new OllamaManager({ client }), output, config, journals: folder });
  if (findTool("chromium") === undefined) return;
  browser = await launchBrowser();
  page = await openWatchedTab(await browser.newContext(), ui.url, { faults, foreign });
  await page.getByText("about zebras").waitFor();
});

afterAll(async () => {
  await browser?.close();
  await ui?.stop();
  await registry?.stop();
  await engine?.stop();
  await output?.close();
  await rm(folder, { recursive: true, force: true });
});

/** What a page has, and Node has not. */
interface StyleReader {
  getComputedStyle(element: unknown): { borderLeftWidth: string };
}

interface TextRange {
  selectNodeContents(element: unknown): void;
  getClientRects(): { length: number };
}

interface Answer {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  body: string;
}

/** As many boxes as lines: a broken word has two. In the page. */
function boxesOf(element: unknown): number {
  const { ownerDocument } = element as { ownerDocument: { createRange(): TextRange } };
  const range = ownerDocument.createRange();
  range.selectNodeContents(element);
  return range.getClientRects().length;
}

function ask(path: string, headers: Record<string, string> = {}, method = "GET", body?: string): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const asked = request(new URL(path, ui.url), { method, headers }, (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (chunk: string) => {
        text += chunk;
      });
      response.on("end", () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text }));
    });
    asked.on("error", reject).end(body);
  });
}

async function cookieOf(): Promise<string> {
  const { headers } = await ask(ui.url);
  return String(headers["set-cookie"]).split(";")[0] ?? "";
}

describe("the server", () => {
  it("answers nobody without the secret, and makes it a strict cookie", async () => {
    expect((await ask("/api/results")).status).toBe(401);
    expect((await ask("/")).status).toBe(401);
    expect((await ask("/?secret=wrong")).status).toBe(401);
    const { headers } = await ask(ui.url);
    expect(String(headers["set-cookie"])).toMatch(/^codo_ui_\d+=[\w-]{32}; Path=\/; HttpOnly; SameSite=Strict$/);
    expect((await ask("/api/results", { cookie: await cookieOf() })).status).toBe(200);
  });

  it("refuses a foreign Host, a foreign Origin and a body that a form could send", async () => {
    const cookie = await cookieOf();
    expect((await ask("/api/results", { cookie, host: "evil.test" })).status).toBe(421);
    expect((await ask("/api/results", { cookie, origin: "http://evil.test" })).status).toBe(403);
    expect((await ask("/api/results", { cookie, origin: "null" })).status).toBe(403);
    const form = await ask("/api/runs", { cookie, "content-type": "text/plain" }, "POST", "{}");
    expect([form.status, form.body]).toEqual([400, expect.stringContaining("application/json")]);
  });

  it("allows no inline script or style, and listens on loopback", async () => {
    const { headers } = await ask("/", { cookie: await cookieOf() });
    const policy = String(headers["content-security-policy"]);
    expect(policy).toContain("default-src 'none'; script-src 'self'; style-src 'self'");
    expect(policy).not.toContain("unsafe");
    expect(new URL(ui.url).hostname).toBe("127.0.0.1");
  });

  it("says what to do when the port is taken", async () => {
    const port = Number(new URL(ui.url).port);
    const manager = new OllamaManager({ client: new OllamaClient({ host: engine.url }) });
    await expect(startUi({ port, manager, output, journals: folder })).rejects.toMatchObject({
      code: "INVALID_REQUEST",
      message: `Port ${port} cannot be used (EADDRINUSE). Choose another, or 0 for a free one.`,
    });
  });

  it("says which part of a request is wrong", async () => {
    const cookie = await cookieOf();
    const { status, body } = await ask("/api/results?limit=many", { cookie });
    expect([status, body]).toEqual([400, expect.stringContaining("limit")]);
    expect((await ask("/api/results/nope", { cookie })).status).toBe(400);
    expect((await ask("/assets/..%2f..%2findex.js", { cookie })).status).toBe(404);
  });
});

/** A real journal, and after it a line of an item that failed. */
async function saveBatch(journal: string): Promise<void> {
  const runner = new ModelRunner(new OllamaManager({ client: new OllamaClient({ host: engine.url }) }));
  await runner.runBatch("codo-tiny", ["Hi.", HOSTILE], { numPredict: 4 }, { journal });
  const line = JSON.parse((await readFile(journal, "utf8")).split("\n")[0] ?? "");
  line.key = "failed";
  line.result = { ...line.result, success: false, response: "", errorMessage: "<b>out of memory</b>" };
  await appendFile(journal, `${JSON.stringify(line)}\n`);
}

/** What an execution came to, to make others like it. */
async function anyResult(): Promise<ModelExecutionResult> {
  const manager = new OllamaManager({ client: new OllamaClient({ host: engine.url }) });
  return await manager.execute({ model: "codo-tiny:latest", prompt: "Hi.", options: { numPredict: 2 } }).result;
}

/** Shows a view by its address, as a bookmark does. */
async function open(hash: string): Promise<void> {
  await page.goto("about:blank");
  await page.goto(`${new URL(ui.url).origin}/${hash}`);
}

/** What is wider than its place, so that one would have to scroll to the side. */
async function findTooWide(): Promise<string[]> {
  return await page.evaluate(`
    [document.documentElement, ...document.querySelectorAll(".pane")]
      .filter(({ scrollWidth, clientWidth }) => scrollWidth > clientWidth)
      .map((one) => one.className + ": " + one.scrollWidth + " in " + one.clientWidth)
  `);
}

/** What axe finds on the page; in the dark only colours can differ. A report in its frame has tests of its own. */
async function findViolations(colorScheme: "light" | "dark"): Promise<string[]> {
  const rules =
    colorScheme === "light" ? { rules: { "target-size": { enabled: true } } } : { runOnly: ["color-contrast"] };
  const options = JSON.stringify({ iframes: false, resultTypes: ["violations"], ...rules });
  const { violations } = (await page.evaluate(`axe.run(${options})`)) as AxeResults;
  return violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`);
}

describe("the page", () => {
  needsTools("chromium");

  it("lists what is saved, finds it as one types, and keeps the search in the address", async () => {
    await open("");
    await page.getByLabel("Search prompts").fill("zeb");
    await page.getByText("1 found").waitFor();
    await page.locator(".prompt mark").getByText("zebras").waitFor();
    await page.reload();
    await page.getByText("1 found").waitFor();
    await page.getByText("about zebras").click();
    expect(await page.locator(".answer strong").textContent()).toBe("stripes");
  });

  it("filters by model, kind, tag, outcome and time, each in the address", async () => {
    const failed = { ...(await anyResult()), id: "01H".padEnd(26, "0"), prompt: "what failed", success: false };
    await output.saveExecutionResult(failed, { tags: ["animals"] });
    await open("#results");
    const shows = async (...prompts: string[]): Promise<void> => {
      await expect.poll(() => page.locator(".row .prompt").allTextContents()).toEqual(prompts);
    };
    await page.getByLabel("Model", { exact: true }).fill("alpha");
    await shows("about zebras");
    await page.getByLabel("Model", { exact: true }).fill("");
    await page.getByLabel("Tag", { exact: true }).fill("animals");
    await expect.poll(() => page.locator(".row").count()).toBe(2);
    await page.getByLabel("Outcome").selectOption("failed");
    await shows("what failed");
    await page.reload();
    await shows("what failed");
    await page.getByLabel("Kind").selectOption("output");
    await shows();
    await page.getByLabel("Outcome").selectOption("succeeded");
    await shows("about zebras");
    await page.getByLabel("Since").fill("2100-01-01");
    await page.getByText("Nothing is saved that fits.").waitFor();
    const state = Object.fromEntries(new URLSearchParams(new URL(page.url()).hash.split("?")[1]));
    expect(state).toEqual({ tag: "animals", kind: "output", success: "true", since: "2100-01-01" });
    await output.deleteOutput(failed.id);
    await open("#results?q=zeb");
    await page.getByText("about zebras").click();
    await page.getByRole("button", { name: "Pin" }).waitFor();
  });

  it("pins, deletes and takes a deletion back", async () => {
    await page.getByRole("button", { name: "Pin" }).click();
    await page.locator('[aria-pressed="true"]').waitFor();
    await page.getByRole("button", { name: "Delete" }).click();
    await page.getByText("Nothing is saved that fits.").waitFor();
    await page.getByRole("button", { name: "Undo" }).click();
    await page.getByText("about zebras").waitFor();
    const { items } = await output.listSavedOutputs({ model: "alpha" });
    expect(items).toEqual([expect.objectContaining({ pinned: true })]);
  });

  it("shows hostile text as text, and stays usable with 5 MB in one answer", async () => {
    await page.getByLabel("Search prompts").fill("");
    await page.getByText("onerror").first().click();
    const answer = page.locator("article .answer");
    await answer.waitFor();
    expect(await answer.textContent()).toContain('<img src="x" onerror="window.ran = 1">');
    expect(await answer.locator("img, script, a[href^=javascript]").count()).toBe(0);
    expect(await page.locator(".list").textContent()).toContain("<b>beta</b>");
    await page.getByText("a long one").click();
    await page.locator("article .long").waitFor();
    expect(await page.evaluate("window.ran")).toBeUndefined();
  });

  it("exports, deletes and brings back what was chosen", async () => {
    await open("#results");
    for (const words of ["about zebras", "a long one"]) await page.getByLabel(`Choose ${words}`).check();
    const act = page.getByRole("button", { name: "Export chosen" });
    const [above, below] = [await act.boundingBox(), await page.getByLabel("Tag of the chosen").boundingBox()];
    expect((above?.y ?? 0) + (above?.height ?? 0)).toBeLessThanOrEqual(below?.y ?? 0);
    const [download] = await Promise.all([page.waitForEvent("download"), act.click()]);
    expect(download.suggestedFilename()).toBe("codo-results.jsonl");
    const lines = (await readFile(await download.path(), "utf8")).trim().split("\n");
    expect(lines.map((line) => JSON.parse(line).prompt).sort()).toEqual(["a long one", "about zebras"]);
    await page.getByRole("button", { name: "Delete chosen" }).click();
    await page.getByText("2 deleted.").waitFor();
    expect(await page.locator(".list li").count()).toBe(3);
    await page.getByRole("button", { name: "Undo" }).click();
    await page.getByLabel("Choose about zebras").waitFor();
    expect((await output.listSavedOutputs({ kind: "output" })).items).toHaveLength(3);
  });

  it("changes the tags of one result and of a selection, and takes that back", async () => {
    const tagsOf = async (model: string) => (await output.listSavedOutputs({ model })).items[0]?.tags.toSorted();
    await open(`#results?id=${(await output.listSavedOutputs({ model: "alpha" })).items[0]?.id}`);
    const result = page.getByRole("article", { name: "Result" });
    await result.getByLabel("New tag").fill("<i>new</i>");
    await result.getByRole("button", { name: "Add tag" }).click();
    await result.getByRole("button", { name: "Remove the tag <i>new</i>" }).waitFor();
    expect(await tagsOf("alpha")).toEqual(["<i>new</i>", "animals"]);
    await page.getByRole("button", { name: "Undo" }).click();
    await result.getByRole("button", { name: "Remove the tag <i>new</i>" }).waitFor({ state: "detached" });
    await result.getByRole("button", { name: "Remove the tag animals" }).click();
    await page.getByText("Tags changed.").waitFor();
    expect(await tagsOf("alpha")).toEqual([]);
    await page.getByRole("button", { name: "Undo" }).click();
    await result.getByRole("button", { name: "Remove the tag animals" }).waitFor();
    for (const words of ["about zebras", "a long one"]) await page.getByLabel(`Choose ${words}`).check();
    await page.getByLabel("Tag of the chosen").fill("animals");
    await page.getByRole("button", { name: "Add tag" }).first().click();
    await page.getByText("Tags of 2 changed.").waitFor();
    expect([await tagsOf("alpha"), await tagsOf("long")]).toEqual([["animals"], ["animals"]]);
    await page.getByRole("button", { name: "Undo" }).click();
    await page.getByText("Tags of 2 changed.").waitFor({ state: "detached" });
    // What the one had before the change it keeps.
    expect([await tagsOf("alpha"), await tagsOf("long")]).toEqual([["animals"], []]);
  });

  it("runs a saved prompt again in two models, survives a reload, and shows the words that differ", async () => {
    const zebras = (await output.listSavedOutputs({ model: "alpha" })).items[0]?.id ?? "";
    await open(`#results?id=${zebras}`);
    await page.getByRole("button", { name: "Run again" }).click();
    await page.getByLabel("alpha").click();
    for (const name of ["codo-tiny:latest", "second:latest"]) await page.getByLabel(name).check();
    await page.getByText("System prompt, options").click();
    await page.getByLabel("Options (JSON").fill('{"numPredict": 24, "seed": 1}');
    await page.getByRole("button", { name: "Run", exact: true }).click();
    await page.waitForURL(/runs=/);
    await page.reload();
    await page
      .getByText(/· saved$/)
      .nth(1)
      .waitFor();
    expect(await page.locator(".runs article").count()).toBe(3);
    expect(await page.locator(".figures").nth(1).textContent()).toMatch(
      /^first token \d+ ms · [\d.]+ tokens\/s · saved$/,
    );
    await page.getByLabel("Show differences").check();
    await page.locator("del").getByText("stripes").first().waitFor();
    const { items } = await output.listSavedOutputs({ kind: "result" });
    expect(items.map(({ modelName }) => modelName).sort()).toEqual(["codo-tiny:latest", "second:latest"]);
  });

  it("says where an answer is not as its schema says", async () => {
    const state = new URLSearchParams({
      model: "codo-tiny:latest",
      prompt: "Count from one to one thousand.",
      schema: '{"type": "object", "required": ["count"]}',
      options: '{"numPredict": 2}',
    });
    await open(`#playground?${state}`);
    await page.getByRole("button", { name: "Run", exact: true }).click();
    await page.getByText("The answer is not as the schema says").waitFor();
    await page.getByLabel("JSON Schema of the answer").fill('{"const": 1}');
    await page.getByLabel("Options (JSON").fill("");
    await page.getByRole("button", { name: "Run", exact: true }).click();
    await page.getByText("The answer is as the schema says.").waitFor();
  });

  it("sends images that are chosen, to four models at most", async () => {
    const client = new OllamaClient({ host: engine.url });
    const names = ["a", "b", "c"].map((letter) => `copy-${letter}:latest`);
    for (const destination of names) await client.copy({ source: "codo-tiny", destination });
    await open("#playground?prompt=What%20is%20this%3F");
    for (const name of [...names, "second:latest"]) await page.getByLabel(name, { exact: true }).check();
    const fifth = page.getByLabel("codo-tiny:latest", { exact: true });
    expect(await fifth.isDisabled()).toBe(true);
    for (const name of [...names.slice(1), "second:latest"]) await page.getByLabel(name, { exact: true }).uncheck();
    await page.getByText("System prompt, options").click();
    const image = { name: "<b>pixel</b>.png", mimeType: "image/png", buffer: Buffer.from(PNG, "base64") };
    await page.getByLabel("Images").setInputFiles(image);
    await page.getByRole("button", { name: "Run", exact: true }).click();
    await page.getByText(/· saved$/).waitFor();
    const asked = (await output.listSavedOutputs({ kind: "result" })).items[0]?.id ?? "";
    expect((await output.getOutput(asked))?.result?.metadata.images).toEqual([PNG]);
    for (const model of names) await client.delete({ model });
  });

  it("colours the code of an answer, and shows how much of the context was used", async () => {
    const like = await anyResult();
    const usage = { ...like.metadata.usage, promptTokens: 1000, completionTokens: 500 };
    const metadata = { ...like.metadata, usage, options: { num_ctx: 2048 } };
    const response = "```js\nconst one = 1; // a comment\n```";
    const id = "01G".padEnd(26, "0");
    await output.saveExecutionResult({ ...like, id, prompt: "Some code", response, metadata });
    await open(`#results?id=${id}`);
    await page.locator("article .hljs-keyword").getByText("const").waitFor();
    await page.locator("article .hljs-comment").getByText("// a comment").waitFor();
    await page.getByText("Context: 1,500 of 2,048 tokens").waitFor();
    expect(await page.getByRole("meter").getAttribute("value")).toBe("1500");
    await output.deleteOutput(id);
  });

  it("shows a saved result's images, thinking and tool calls, and sends its images along when it is run again", async () => {
    const like = await anyResult();
    const toolCalls = [{ function: { name: "<b>look</b>", arguments: { at: "<i>here</i>" } } }];
    const svg = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><script>window.ran = 1</script></svg>');
    const metadata = { ...like.metadata, thinking: "<b>Hm.</b>", toolCalls, images: [PNG, svg.toString("base64")] };
    const id = "01J".padEnd(26, "0");
    const result = { ...like, id, prompt: "What is this?", metadata };
    await output.saveExecutionResult(result);
    await open(`#results?id=${id}`);
    const image = page.getByRole("img", { name: "1 of the prompt" });
    await expect.poll(() => image.evaluate((one) => (one as unknown as { naturalWidth: number }).naturalWidth)).toBe(1);
    expect(await page.locator(".images img").count()).toBe(1);
    await page.getByText("Thinking", { exact: true }).click();
    await page.getByText("<b>Hm.</b>").waitFor();
    await page.getByRole("figure").getByText("<b>look</b>").waitFor();
    const { status, headers } = await ask(`/api/results/${id}/image?at=0`, { cookie: await cookieOf() });
    expect([status, headers["content-type"], headers["content-security-policy"]]).toEqual([
      200,
      "image/png",
      "default-src 'none'; sandbox",
    ]);
    expect((await ask(`/api/results/${id}/image?at=1`, { cookie: await cookieOf() })).status).toBe(400);
    await page.getByRole("button", { name: "Run again" }).click();
    await page.getByText("The images of the saved answer are sent along.").waitFor();
    await page.getByLabel(like.modelName, { exact: true }).uncheck();
    await page.getByLabel("codo-tiny:latest").check();
    await page.getByRole("button", { name: "Run", exact: true }).click();
    await page.getByText(/· saved$/).waitFor();
    await page.getByRole("article", { name: "The saved answer" }).getByRole("img").waitFor();
    const again = (await output.listSavedOutputs({ kind: "result" })).items[0]?.id ?? "";
    expect((await output.getOutput(again))?.result?.metadata.images).toEqual([PNG]);
  });

  it("copies, loads, unloads and deletes a model, and shows its template", async () => {
    const client = new OllamaClient({ host: engine.url });
    for (const model of ["codo-tiny", "second"]) await client.generate({ model, keep_alive: 0, stream: false });
    await open("#models?name=codo-tiny:latest");
    await page.getByText("Template", { exact: true }).click();
    await page.getByText("{%").first().waitFor();
    await page.getByLabel("Name of the copy").fill("third");
    await page.getByRole("button", { name: "Copy" }).click();
    await page.getByRole("button", { name: /^third:latest/ }).click();
    await page.getByRole("article", { name: "Model third:latest" }).waitFor();
    await page.getByRole("button", { name: "Load", exact: true }).click();
    await page.getByRole("button", { name: "Unload" }).click();
    await page.getByRole("button", { name: "Load", exact: true }).waitFor();
    await page.getByRole("button", { name: "Delete" }).click();
    await page.getByRole("button", { name: "Delete it: sure" }).click();
    await page.getByRole("button", { name: /^third:latest/ }).waitFor({ state: "detached" });
  });

  it("shows a download that goes on through a reload and in a second tab", async () => {
    await open("#models");
    await page.getByLabel("Model to download").fill("fourth");
    await page.getByRole("button", { name: "Download" }).click();
    await page.getByText("500 MB of 1.0 GB").waitFor();
    await page.reload();
    const second = await page.context().newPage();
    await second.goto(page.url());
    for (const tab of [page, second]) await tab.getByText("500 MB of 1.0 GB").waitFor();
    registry.goOn();
    for (const tab of [page, second]) await tab.getByText("downloaded").waitFor();
    await page.getByRole("button", { name: /^fourth:latest/ }).waitFor();
    await second.close();
  });

  it("shows where a setting comes from, refuses a wrong value, and writes a right one", async () => {
    await open("#settings?q=temperature");
    const row = page
      .getByRole("listitem")
      .filter({ hasText: /options\.temperature/ })
      .first();
    await row.getByText("From the defaults").waitFor();
    await row.getByRole("textbox").fill("hot");
    await row.getByRole("button", { name: "Save" }).click();
    await page
      .getByRole("alert")
      .getByText(/options\.temperature/)
      .waitFor();
    // The browser notes that this request was refused, as it should be.
    await expect.poll(() => faults).toEqual([expect.stringContaining("400")]);
    faults.length = 0;
    await row.getByRole("textbox").fill("0.25");
    await row.getByRole("button", { name: "Save" }).click();
    await row.getByText(/From user .*hides 0\.7 from the defaults/).waitFor();
    expect(JSON.parse(await readFile(join(folder, "config.json"), "utf8")).options).toEqual({ temperature: 0.25 });
    await row.getByRole("button", { name: "Remove" }).click();
    await row.getByRole("button", { name: "Remove" }).waitFor({ state: "detached" });
  });

  it("makes, changes and deletes a preset, says what is wrong with one, and keeps the file's comments", async () => {
    const file = join(folder, "config.json");
    await writeFile(file, (await readFile(file, "utf8")).replace("{", "{\n  // mine"));
    await open("#settings?q=temperature");
    await page.getByRole("button", { name: "New preset" }).click();
    const made = page.getByRole("form", { name: "New preset" });
    await made.getByLabel("Name").fill("short letters");
    const set = made.getByLabel("What it sets (JSON)");
    await set.fill('{"temperature": 0.1');
    await made.getByRole("button", { name: "Save" }).click();
    await made.getByRole("alert").getByText("The preset cannot be read as JSON").waitFor();
    await set.fill('{"temperature": "hot", "topp": 1}');
    await made.getByRole("button", { name: "Save" }).click();
    await made.getByRole("alert").getByText('Did you mean "topP"?').waitFor();
    await expect.poll(() => faults).toEqual([expect.stringContaining("400")]);
    faults.length = 0;
    await set.fill('{"temperature": 0.1, "description": "<img src=x onerror=window.ran=1>"}');
    await made.getByRole("button", { name: "Save" }).click();
    const own = page.getByRole("form", { name: "Preset short letters" });
    await own.getByText(/^yours; from .*config\.json/).waitFor();
    await own.getByLabel("What it sets (JSON)").fill('{"temperature": 0.2}');
    await own.getByRole("button", { name: "Save" }).click();
    await expect.poll(() => readFile(file, "utf8")).toContain('"temperature": 0.2');
    expect(await readFile(file, "utf8")).toContain("// mine");
    await own.getByRole("button", { name: "Delete" }).click();
    await own.waitFor({ state: "detached" });
    const fast = page.getByRole("form", { name: "Preset fast" });
    await fast.getByLabel("What it sets (JSON)").fill('{"topK": 1}');
    await fast.getByRole("button", { name: "Save" }).click();
    await fast.getByRole("button", { name: "Back to the built-in one" }).click();
    await fast.getByText("built in", { exact: true }).waitFor();
    expect(await readFile(file, "utf8")).not.toContain("topK");
  });

  it("shows a batch while it is written, its failures by reason, and runs them again into the same journal", async () => {
    const path = join(folder, "live.jsonl");
    const client = new OllamaClient({ host: engine.url });
    let goOn = (): void => undefined;
    const told = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    async function* items(): AsyncGenerator<BatchInput> {
      yield { id: "early", prompt: "A colour?", format: COLOUR };
      await told;
      for (const id of ["b", "c"]) yield { id, prompt: "Bye.", system: "Be kind.", model: "later" };
    }
    const runner = new ModelRunner(new OllamaManager({ client }));
    const batch = runner.runBatch("codo-tiny", items(), { numPredict: 40, seed: 1 }, { journal: path, total: 3 });
    await expect.poll(() => readFile(path, "utf8")).toContain('"early"');
    await open("#batches");
    await page.getByRole("button", { name: /^live\.jsonl/ }).click();
    await page.getByText("1 of 3 finished, 0 of them failed, running").waitFor();
    goOn();
    await page.getByText(/3 of 3 finished, 2 of them failed.* all items finished/).waitFor();
    await batch;
    await page.locator("summary").getByText("later").click();
    await page.getByRole("region", { name: "Failed items" }).getByText("Bye.").nth(1).waitFor();
    await client.copy({ source: "codo-tiny", destination: "later" });
    await page.getByRole("button", { name: "Retry the failures" }).click();
    await page.getByText("3 of 3 finished, 0 of them failed").waitFor();
    await page.getByText("Retry done: 2 succeeded, 0 failed").waitFor();
    const lines = (await readFile(path, "utf8"))
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(lines.map(({ key, result }) => [key.split("#")[0], result.success])).toEqual(
      expect.arrayContaining([
        ["b", false],
        ["c", false],
        ["b", true],
        ["c", true],
      ]),
    );
    expect(lines.filter(({ key }) => key === lines.at(-1).key)).toHaveLength(2);
    await page.getByText("Columns", { exact: true }).click();
    await page.getByLabel(".colour").check();
    await page.getByLabel("id", { exact: true }).check();
    await page.reload();
    const row = page
      .getByRole("region", { name: /^Items/ })
      .getByRole("row")
      .filter({ hasText: "early" });
    const { colour } = JSON.parse(lines[0].result.response);
    await row.getByRole("cell", { name: colour, exact: true }).waitFor();
    await client.delete({ model: "later" });
  });

  it("says which failures a journal cannot retry, and gives its items as files", async () => {
    await open("#batches?name=batch.jsonl");
    await page.getByText("3 finished, 1 of them failed").waitFor();
    await page.getByText("<b>out of memory</b>").first().waitFor();
    await page.getByRole("button", { name: "Retry the failures" }).click();
    await page.getByText("What was sent for 1 failures is not in the journal").waitFor();
    for (const [name, ending] of [
      ["CSV", "\r\n"],
      ["JSONL", "\n"],
    ] as const) {
      const [download] = await Promise.all([
        page.waitForEvent("download"),
        page.getByRole("button", { name: `Download ${name}` }).click(),
      ]);
      const lines = (await readFile(await download.path(), "utf8")).trim().split(ending);
      expect(lines).toHaveLength(name === "CSV" ? 4 : 3);
    }
    expect((await ask("/api/journals/..%2fconfig.json", { cookie: await cookieOf() })).status).toBe(400);
  });

  it("shows a report, alone and against another", async () => {
    await open("#benchmarks");
    await page.locator(".row").nth(1).click();
    const report = page.frameLocator("iframe");
    await report.getByRole("heading", { name: "Benchmark: codo-tiny" }).waitFor();
    // Its own style is in force, which the policy of its answer names by hash.
    const widthOf = (item: unknown): string =>
      (globalThis as unknown as StyleReader).getComputedStyle(item).borderLeftWidth;
    expect(await report.locator(".verdicts li").first().evaluate(widthOf)).toBe("4px");
    const histogram = "figure:has-text('ttft_ms'):has-text('histogram')";
    await report.locator(`${histogram} rect.bar`).first().waitFor();
    await page.getByRole("button", { name: "Compare" }).click();
    await page.getByRole("cell", { name: "ttft_ms" }).first().waitFor();
    await report.getByRole("heading", { name: "codo-tiny, after against codo-tiny, before" }).waitFor();
    await report.locator(`${histogram} rect.bar.s1`).first().waitFor();
    expect(await report.locator(`${histogram} .legend li`).allTextContents()).toEqual([
      "codo-tiny, before",
      "codo-tiny, after",
    ]);
  });

  it("says why a run failed, and that no token came", async () => {
    await open("#playground?model=nobody&prompt=Hi.");
    await page.getByRole("button", { name: "Run", exact: true }).click();
    const answer = page.getByRole("article", { name: "Answer of nobody" });
    await answer.getByText("no token came · saved").waitFor();
    await answer
      .getByRole("alert")
      .getByText(/not found/)
      .waitFor();
  });

  it("says in words that two reports have nothing in common", async () => {
    const id = (await output.listSavedOutputs({ kind: "benchmark" })).items[0]?.id ?? "";
    const report = JSON.stringify((await output.getOutput(id))?.report);
    const renamed = JSON.parse(report.replaceAll("codo-tiny", "<b>nobody</b>"));
    const other = await output.saveBenchmarkReport(renamed);
    await open(`#benchmarks?id=${id}&against=${other}`);
    const view = page.getByRole("region", { name: "Report", exact: true });
    await view.getByText("No model was measured in the same scenario in both reports").waitFor();
    expect(await view.getByRole("table").count()).toBe(0);
    const comparison = page.frameLocator("iframe");
    await comparison.getByRole("heading", { name: "Benchmark: nothing in common" }).waitFor();
    await comparison.getByText("there are no numbers to compare").waitFor();
    // Its one table says what was measured in one of them only.
    expect(await comparison.getByRole("table").count()).toBe(1);
    await comparison.getByRole("cell", { name: "<b>nobody</b>" }).waitFor();
    await output.deleteOutput(other);
  });

  it("has no violation that axe finds in any view, light and dark, wide and narrow", { timeout: 300_000 }, async () => {
    const [result] = (await output.listSavedOutputs({ kind: "result" })).items;
    const [report, other] = (await output.listSavedOutputs({ kind: "benchmark" })).items;
    for (const [hash, name] of [
      ["#results", "Saved results"],
      [`#results?id=${result?.id}`, "Result"],
      ["#playground?model=codo-tiny:latest&prompt=Hello&system=x", "Playground"],
      ["#batches?name=batch.jsonl", "Batch"],
      ["#benchmarks", "Reports"],
      [`#benchmarks?id=${report?.id}&against=${other?.id}`, "Report"],
      ["#models?name=codo-tiny:latest", "Model codo-tiny:latest"],
      ["#settings", "Settings"],
    ]) {
      await open(hash ?? "");
      await page.locator(`main [aria-label="${name}"]`).first().waitFor();
      await page.locator('[aria-busy="true"]').first().waitFor({ state: "detached" });
      // Not as an element of the page, whose policy allows no script that is not its own.
      await page.evaluate(axe.source);
      for (const width of [1280, 360]) {
        await page.setViewportSize({ width, height: 740 });
        expect([hash, width, await findTooWide()]).toEqual([hash, width, []]);
        for (const colorScheme of ["light", "dark"] as const) {
          await page.emulateMedia({ colorScheme });
          expect(
            await page.evaluate(`[innerWidth, matchMedia("(prefers-color-scheme: ${colorScheme})").matches]`),
          ).toEqual([width, true]);
          expect([hash, width, colorScheme, await findViolations(colorScheme)]).toEqual([hash, width, colorScheme, []]);
        }
      }
    }
    await page.setViewportSize({ width: 1280, height: 720 });
  });

  it("leaves room for a prompt beside a long name, and breaks no word of a table", async () => {
    const columns = " 12345.6 |".repeat(12);
    const table = `| a | longer |${columns}\n|${"-|".repeat(14)}\n| \`f(x).y()\` | 1 |${columns}`;
    const long = await output.saveModelOutput("name".repeat(40), "what is asked", table);
    await open("#results?q=asked");
    const prompt = page.locator(".row .prompt");
    const width = async (place: Locator): Promise<number> => (await place.first().boundingBox())?.width ?? 0;
    const inRow = async (): Promise<number> => (await width(prompt)) / (await width(page.locator(".row")));
    await page.getByText("1 found").waitFor();
    expect(await inRow()).toBeGreaterThan(0.4);
    await prompt.click();
    await page.setViewportSize({ width: 360, height: 740 });
    const article = page.getByRole("article", { name: "Result" });
    await article.getByText("name".repeat(40)).waitFor();
    const linesOf = (place: Locator): Promise<number> => place.evaluate(boxesOf);
    for (const text of ["f(x).y()", "longer"]) expect(await linesOf(article.getByText(text, { exact: true }))).toBe(1);
    await page.evaluate(axe.source);
    expect([await findTooWide(), await findViolations("light")]).toEqual([[], []]);
    await open("#batches?name=batch.jsonl");
    const heads = page.getByRole("table", { name: "Items, the newest first" }).locator("th bdi");
    await heads.first().waitFor();
    for (const head of await heads.all()) expect(await linesOf(head)).toBe(1);
    const [report, other] = (await output.listSavedOutputs({ kind: "benchmark" })).items;
    await open(`#benchmarks?id=${report?.id}&against=${other?.id}`);
    const cells = page.getByRole("region", { name: "Comparison" }).locator("td bdi");
    await cells.first().waitFor();
    expect(new Set(await Promise.all((await cells.all()).map(linesOf)))).toEqual(new Set([1]));
    await output.deleteOutput(long);
    await page.setViewportSize({ width: 1280, height: 720 });
  });

  it("shows journals with hostile names as text, and opens them", async () => {
    const names = [
      '<img src="x" onerror="window.ran = 1">.jsonl',
      "\u202egnp.jsonl",
      "\u001b[31mred.jsonl",
      "two\nlines.jsonl",
      `"quoted" & 'so' %2e%2e.jsonl`,
      "#results?id=1&name=2.jsonl",
    ];
    const [line] = (await readFile(join(folder, "batch.jsonl"), "utf8")).split("\n");
    for (const name of names) await writeFile(join(folder, name), `${line}\n`);
    for (const name of names) {
      await open("#batches");
      await page.locator(".row .prompt").first().waitFor();
      const shown = await page.locator(".row .prompt").allTextContents();
      expect(shown).toContain(name);
      await page.locator(".row").nth(shown.indexOf(name)).click();
      await page.reload();
      await page.getByRole("article", { name: "Batch" }).getByText("1 of 2 finished").waitFor();
      await page.locator(".row[aria-current=true]").waitFor();
      expect(await page.locator(".row[aria-current=true] .prompt").allTextContents()).toEqual([name]);
      const [download] = await Promise.all([
        page.waitForEvent("download"),
        page.getByRole("button", { name: "Download JSONL" }).click(),
      ]);
      expect(await readFile(await download.path(), "utf8")).toBe(`${line}\n`);
      expect(await page.evaluate("window.ran")).toBe(undefined);
    }
    for (const name of names) await rm(join(folder, name));
  });

  it("shows one thing at a time on a narrow screen", async () => {
    await page.setViewportSize({ width: 360, height: 740 });
    await open("#benchmarks");
    await page.locator(".row").first().click();
    await page.locator("iframe").waitFor();
    expect(await page.getByRole("region", { name: "Reports" }).isVisible()).toBe(false);
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(360);
    await page.setViewportSize({ width: 1280, height: 720 });
  });

  it("goes to every view with the keyboard, and lists the keys", async () => {
    await open("#results");
    await page.locator(".row").first().waitFor();
    await page.keyboard.press("?");
    await page.getByRole("dialog").getByText("Next row").waitFor();
    await page.keyboard.press("Escape");
    await page.keyboard.press("j");
    await page.keyboard.press("Enter");
    await page.getByRole("article", { name: "Result" }).waitFor();
    await page.keyboard.press("m");
    await page.getByRole("button", { name: /^codo-tiny:latest/ }).waitFor();
    await page.keyboard.press("s");
    await page.getByLabel("Search settings").waitFor();
    await page.keyboard.press("/");
    await page.keyboard.type("keepAlive");
    await page.waitForURL(/#settings\?q=keepAlive/);
  });

  it("asked nobody else, and had no error", () => {
    expect(foreign).toEqual([]);
    expect(faults).toEqual([]);
  });
});
