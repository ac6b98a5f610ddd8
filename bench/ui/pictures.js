// Takes the two pictures of the page in docs/images: the real page over answers of the embedded engine. The demo model
// writes no code, so the result that is opened is an example of ours, and its model is named so.
// Usage: pnpm pictures:ui
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { OllamaClient, OllamaManager } from "@codo/ollama-core";
import { OutputManager } from "@codo/ollama-output";
import { startUi } from "@codo/ollama-ui";
import { chromium } from "playwright-core";

const PROMPTS = ["Hello!", "Name three fruits.", "Write a haiku about rain.", "Name a colour.", "Why is the sky blue?"];
const EXAMPLE = `Use a **slice** where you want a copy, and \`reversed\` where you read it once:

\`\`\`python
items = [1, 2, 3]
print(items[::-1])            # a copy
for item in reversed(items):  # no copy
    print(item)
\`\`\`

| way | copies | works on |
|---|---|---|
| \`items[::-1]\` | yes | lists, tuples, strings |
| \`reversed(items)\` | no | anything with a length and an index |
| \`items.reverse()\` | no, it changes the list | lists |

1. Take the slice in short scripts.
2. Take \`reversed\` for long lists.`;
const images = resolve(import.meta.dirname, "../../docs/images");
const engineBin = resolve(import.meta.dirname, "../../packages/engine/bin/codo-engine.js");
const folder = mkdtempSync(join(tmpdir(), "codo-pictures-"));
const env = { ...process.env, OLLAMA_HOST: "127.0.0.1:0", OLLAMA_MODELS: join(folder, "models") };
const engine = spawn(process.execPath, [engineBin, "serve"], { env });
const output = new OutputManager(join(folder, "results"));
let browser;
let ui;
try {
  const client = new OllamaClient({ host: await addressOf(engine) });
  const manager = new OllamaManager({ client });
  await client.copy({ source: "codo-tiny", destination: "codo-tiny-copy" });
  for (const prompt of PROMPTS) await save(manager, prompt);
  await output.saveModelOutput("example", "How do I reverse a list in Python?", EXAMPLE, {}, { tags: ["python"] });
  ui = await startUi({ manager, output, journals: folder });
  browser = await chromium.launch({
    executablePath: process.env.CODO_CHROMIUM ?? "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu"],
  });
  await takeResult();
  await takePlayground();
} finally {
  await browser?.close();
  await ui?.stop();
  await output.close();
  engine.kill("SIGTERM");
  rmSync(folder, { recursive: true, force: true });
}

function addressOf(child) {
  return new Promise((found, failed) => {
    const take = (data) => {
      const address = /http:\/\/127\.0\.0\.1:\d+/.exec(String(data))?.[0];
      if (address) found(address);
    };
    child.stdout.on("data", take);
    child.stderr.on("data", take);
    child.on("close", (status) => failed(new Error(`The engine ended with ${status}.`)));
  });
}

async function save(manager, prompt) {
  for await (const event of manager.execute({ model: "codo-tiny", prompt, options: { numPredict: 80, seed: 1 } })) {
    if (event.type === "end") await output.saveExecutionResult(event.result, { tags: ["demo"] });
  }
}

async function openPage(colorScheme, hash) {
  const context = await browser.newContext({
    colorScheme,
    viewport: { width: 1200, height: 640 },
    deviceScaleFactor: 2,
    locale: "en-GB",
  });
  const page = await context.newPage();
  await page.goto(ui.url);
  await page.locator(".row").first().waitFor();
  await page.goto(new URL(`/${hash}`, ui.url).href);
  return page;
}

async function takeResult() {
  const page = await openPage("light", "#results");
  await page.getByText("How do I reverse a list in Python?").click();
  await page.locator(".hljs-comment").first().waitFor();
  await page.mouse.move(1, 639);
  await page.screenshot({ path: join(images, "ui-result.png") });
}

async function takePlayground() {
  const state = new URLSearchParams({
    model: "codo-tiny:latest,codo-tiny-copy:latest",
    prompt: "Why is the sky blue?",
  });
  const page = await openPage("dark", `#playground?${state}`);
  await page.getByRole("button", { name: "Run", exact: true }).click();
  await page
    .getByText(/· saved$/)
    .nth(1)
    .waitFor();
  for (const summary of await page.getByText("Thinking", { exact: true }).all()) await summary.click();
  await page.mouse.move(1, 639);
  await page.screenshot({ path: join(images, "ui-playground.png") });
}
