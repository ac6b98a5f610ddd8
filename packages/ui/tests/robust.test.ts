import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { OllamaClient, OllamaManager } from "@codo/ollama-core";
import { OutputManager } from "@codo/ollama-output";
import { launchBrowser } from "@codo/test-utils/browser";
import { findTool, needsTools } from "@codo/test-utils/tools";
import type { Browser, BrowserContext, Locator, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startUi, type UiServer } from "../src/index.js";
import { HOSTILE_NAME, startToldAnswers, type ToldAnswers } from "./told-answers.js";
import { openWatchedTab } from "./watched-tab.js";

const RESULTS = 300;

let folder: string;
let models: ToldAnswers;
let output: OutputManager;
let ui: UiServer;
let browser: Browser;
let page: Page;
const children = new Set<ChildProcess>();
const faults: string[] = [];
const foreign: string[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "codo-ui-robust-"));
  models = await startToldAnswers();
  output = new OutputManager(folder);
  for (let at = 0; at < RESULTS; at++) await output.saveModelOutput("m", `prompt number ${at}`, "An answer.", {});
  ui = await start();
  if (findTool("chromium") === undefined) return;
  browser = await launchBrowser();
  page = await openTab(await browser.newContext());
});

afterAll(async () => {
  await browser?.close();
  // A test that failed may have left its server, which writes into the folder.
  for (const child of children) await kill(child);
  await ui?.stop();
  await models?.stop();
  await output?.close();
  await rm(folder, { recursive: true, force: true });
});

async function start(port = 0): Promise<UiServer> {
  const manager = new OllamaManager({ client: new OllamaClient({ host: models.url }) });
  return await startUi({ port, manager, output, journals: folder });
}

async function openTab(context: BrowserContext): Promise<Page> {
  return await openWatchedTab(context, ui.url, { faults, foreign });
}

/** The page from a process of its own, to be killed. */
async function startProcess(port = 0): Promise<{ child: ChildProcess; url: string }> {
  const script = fileURLToPath(new URL("./ui-process.js", import.meta.url));
  const child = spawn(process.execPath, [script, models.url, folder, String(port)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  children.add(child);
  const [url] = (await once(createInterface({ input: child.stdout }), "line")) as [string];
  return { child, url };
}

async function kill(child: ChildProcess): Promise<void> {
  children.delete(child);
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill("SIGKILL");
  await once(child, "exit");
}

/** Starts runs in the playground, and waits until the models were asked. */
async function run(chosen: string, tab = page, { url }: { url: string } = ui): Promise<void> {
  await tab.goto("about:blank");
  const state = new URLSearchParams({ model: chosen, prompt: "Tell me." });
  await tab.goto(`${new URL(url).origin}/#playground?${state}`);
  await tab.getByRole("button", { name: "Run", exact: true }).click();
  await tab
    .getByRole("button", { name: "Stop" })
    .nth(chosen.split(",").length - 1)
    .waitFor();
  await models.asked(chosen.split(",").length);
}

/** What a page has, and Node has not. */
interface Scroller {
  scrollTop: number;
  scrollHeight: number;
  clientHeight: number;
}

/** The browser notes each request that had no answer, whose connection broke, or that the next server refused. */
function faultsBesideTheLostServer(): string[] {
  const lost = /ERR_CONNECTION_(REFUSED|RESET)|ERR_INCOMPLETE|40[01]/;
  return faults.splice(0).filter((fault) => !lost.test(fault));
}

async function distanceToEnd(scroller: Locator): Promise<number> {
  return await scroller.evaluate((element) => {
    const { scrollTop, scrollHeight, clientHeight } = element as unknown as Scroller;
    return Math.round(scrollHeight - scrollTop - clientHeight);
  });
}

const lines = (from: number, count: number): string =>
  Array.from({ length: count }, (_, at) => `line ${from + at}\n\n`).join("");

describe("the page, when things go wrong", () => {
  needsTools("chromium");

  it("goes on with an answer after a reload, and in a second tab", async () => {
    await run("told:latest,other:latest");
    models.say("One ");
    const second = await openTab(page.context());
    await second.goto(page.url());
    for (const tab of [page, second]) await tab.getByText("One").nth(1).waitFor();
    await page.reload();
    models.say("two ");
    for (const tab of [page, second]) await tab.getByText("One two").nth(1).waitFor();
    models.say("**three**");
    models.end();
    for (const tab of [page, second]) {
      await tab
        .getByText(/· saved$/)
        .nth(1)
        .waitFor();
      expect(await tab.locator(".answer").allTextContents()).toEqual(["One two three\n", "One two three\n"]);
    }
    await second.close();
  });

  it("stops a run, and keeps the part that came", async () => {
    await run("told:latest");
    models.say("The first words. ");
    await page.getByText("The first words.").waitFor();
    await page.getByRole("button", { name: "Stop" }).click();
    await page.getByText(/· saved$/).waitFor();
    await page.getByText("The first words.").waitFor();
    const [kept] = (await output.listSavedOutputs({ kind: "result" })).items;
    expect([kept?.success, kept?.responsePreview]).toEqual([false, "The first words."]);
  });

  it("follows an answer to its end, lets go when one scrolls up, and takes hold again at the end", async () => {
    await run("told:latest");
    models.say(lines(1, 100));
    const scroller = page.locator(".scroller");
    await page.getByText("line 100").waitFor();
    await expect.poll(() => distanceToEnd(scroller)).toBe(0);
    await scroller.hover();
    await page.mouse.wheel(0, -500);
    await expect.poll(() => distanceToEnd(scroller)).toBe(500);
    models.say(lines(101, 100));
    await page.getByText("line 200").waitFor({ state: "attached" });
    expect(await distanceToEnd(scroller)).toBeGreaterThan(1000);
    await page.mouse.wheel(0, 100_000);
    await expect.poll(() => distanceToEnd(scroller)).toBe(0);
    models.say(lines(201, 100));
    await page.getByText("line 300").waitFor();
    await expect.poll(() => distanceToEnd(scroller)).toBe(0);
    models.end();
    await page.getByText(/· saved$/).waitFor();
  });

  it("moves nothing on the page while an answer comes, nor when it is laid out at its end", async () => {
    await run("told:latest,other:latest");
    await page.evaluate(
      "window.shifts = []; new PerformanceObserver((list) => { for (const one of list.getEntries()) window.shifts.push(one.value); }).observe({ type: 'layout-shift' })",
    );
    for (let at = 0; at < 30; at++) {
      models.say(`Some words in **line** ${at}, and \`code\`.\n\n`);
      await page.evaluate("new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)))");
    }
    models.end();
    await page
      .getByText(/· saved$/)
      .nth(1)
      .waitFor();
    await page.locator(".answer strong").first().waitFor();
    const shifts = (await page.evaluate("window.shifts")) as number[];
    expect(shifts.reduce((sum, one) => sum + one, 0)).toBeLessThan(0.001);
    // The observer does see what moves.
    await page.evaluate("document.querySelector('header').style.marginTop = '100px'");
    await expect.poll(() => page.evaluate("window.shifts.length")).toBeGreaterThan(shifts.length);
  });

  it("shows the first list before a browser has to know dates in its language", async () => {
    const tab = await page.context().newPage();
    await tab.addInitScript(`
      globalThis.before = [];
      for (const [object, name] of [[Date.prototype, "toLocaleString"], [Intl, "DateTimeFormat"]]) {
        object[name] = new Proxy(object[name], {
          apply: (real, self, given) => (before.push(name), Reflect.apply(real, self, given)),
          construct: (real, given) => (before.push(name), new real(...given)),
        });
      }
      new MutationObserver((_, observer) => {
        if (document.querySelector(".row") === null) return;
        observer.disconnect();
        globalThis.atFirstRow = [...before, ...[...document.querySelectorAll("[type=date]")].map(() => "date field")];
      }).observe(document, { childList: true, subtree: true });
    `);
    await tab.goto(new URL("/#results", ui.url).href);
    await tab.locator(".row").first().waitFor();
    expect(await tab.evaluate("atFirstRow")).toEqual([]);
    const said = await tab.locator(".row small").first().textContent();
    expect(said).toMatch(/ · \d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/);
    // The field for a date is there soon after, for those who use it.
    const since = tab.getByLabel("Since");
    await expect.poll(() => since.getAttribute("type")).toBe("date");
    await since.fill("2020-01-31");
    await expect.poll(() => new URL(tab.url()).hash).toBe("#results?since=2020-01-31");
    await tab.close();
  });

  it("keeps a few dozen rows of a long list in the page, and the right ones", async () => {
    await page.setViewportSize({ width: 1280, height: 720 });
    await page.goto("about:blank");
    await page.goto(`${new URL(ui.url).origin}/#results?q=number`);
    await page.getByText(`${RESULTS} found`).waitFor();
    const last = page.locator(`.list li[aria-posinset="${RESULTS}"]`);
    await page.locator(".row").first().hover();
    await expect
      .poll(async () => {
        await page.mouse.wheel(0, 10_000);
        return await last.count();
      })
      .toBe(1);
    expect(await last.getAttribute("aria-setsize")).toBe(`${RESULTS}`);
    expect(await page.locator(".list li").count()).toBeLessThan(50);
    const pane = page.getByRole("region", { name: "Saved results" });
    await expect.poll(() => distanceToEnd(pane)).toBeLessThan(30);
    await last.locator(".row").click();
    await page.getByRole("article", { name: "Result" }).getByText("An answer.").waitFor();
  });

  it("shows the names of a server's models as text", async () => {
    await page.goto("about:blank");
    await page.goto(`${new URL(ui.url).origin}/#models`);
    await page.locator(".row .prompt").getByText(HOSTILE_NAME).click();
    await page
      .getByRole("article", { name: `Model ${HOSTILE_NAME}` })
      .getByText("completion")
      .waitFor();
    await page.getByRole("button", { name: "Try" }).click();
    expect(await page.getByLabel(HOSTILE_NAME).isChecked()).toBe(true);
    await page.getByLabel("Prompt", { exact: true }).fill("Hi.");
    await page.getByRole("button", { name: "Run", exact: true }).click();
    await models.asked(1);
    models.say("Hello.");
    models.end();
    await page.getByText(/· saved$/).waitFor();
    await page.locator(".runs strong").getByText(HOSTILE_NAME).waitFor();
    expect(await page.evaluate("window.ran")).toBe(undefined);
  });

  it("takes 5 MB in one answer while they come, and after", async () => {
    await run("told:latest");
    for (let at = 0; at < 5; at++) models.say(`piece ${at} ${"word ".repeat(200_000)}\n`);
    // Not by its text, which playwright would look for in all five megabytes of every element around it.
    const length = (): Promise<number> =>
      page.evaluate("document.querySelector('.runs .long')?.textContent.length ?? 0");
    await expect.poll(length).toBeGreaterThan(4_999_999);
    models.end();
    await page.locator(".figures", { hasText: "saved" }).waitFor();
    expect(await length()).toBeGreaterThan(4_999_999);
  });

  it("lists what was saved since the page was opened at another view", async () => {
    await page.goto("about:blank");
    const asked = page.waitForResponse((response) => new URL(response.url()).pathname === "/api/results");
    await page.goto(`${new URL(ui.url).origin}/#models`);
    await (await asked).finished();
    const id = await output.saveModelOutput("m", "saved meanwhile", "An answer.");
    await page.getByRole("link", { name: "Results" }).click();
    await page.locator(".row").first().waitFor();
    expect(await page.locator(".row .prompt").first().textContent()).toBe("saved meanwhile");
    await output.deleteOutput(id);
  });

  it("says that the server is gone, finds it again, and has lost nothing", async () => {
    await run("told:latest");
    models.say("The part that came. ");
    await page.getByText("The part that came.").waitFor();
    expect(faults.splice(0)).toEqual([]);
    await ui.stop();
    await page.getByText(/· saved$/).waitFor();
    await page.getByRole("button", { name: "Run", exact: true }).click();
    await page.locator(".connection").getByText("The server of this page does not answer").waitFor();
    const { items } = await output.searchOutputs("part", { kind: "result" });
    expect(items.map(({ success, responsePreview }) => [success, responsePreview])).toEqual([
      [false, "The part that came."],
    ]);
    ui = await start(Number(new URL(ui.url).port));
    await page.locator(".connection").getByText("The server was restarted").waitFor();
    await page.getByRole("link", { name: "Results" }).click();
    const second = await openTab(page.context());
    await page.locator(".connection").waitFor({ state: "detached" });
    await page.locator(".row").first().getByText("The part that came.").waitFor();
    await page.goBack();
    expect(await page.getByLabel("Prompt", { exact: true }).inputValue()).toBe("Tell me.");
    await second.close();
    expect(faultsBesideTheLostServer()).toEqual([]);
  });

  it("keeps in sight what came of an answer when the server is killed, and works with the next one", async () => {
    const first = await startProcess();
    const tab = await openWatchedTab(await browser.newContext(), first.url, { faults, foreign });
    await run("told:latest", tab, first);
    models.say("The part that came. ");
    await tab.getByText("The part that came.").waitFor();
    await kill(first.child);
    await tab.locator(".connection").getByText("The server of this page does not answer").waitFor();
    const second = await startProcess(Number(new URL(first.url).port));
    await tab.getByText("The server no longer has this run.").waitFor();
    await tab.locator(".connection").getByText("The server was restarted").waitFor();
    expect(await tab.getByText("The part that came.").count()).toBe(1);
    await tab.goto(second.url);
    await tab.locator(".row").first().waitFor();
    await run("told:latest", tab, second);
    models.say("A whole answer.");
    models.end();
    await tab.getByText(/· saved$/).waitFor();
    await tab.context().close();
    await kill(second.child);
    expect(faultsBesideTheLostServer()).toEqual([]);
  });

  it("asked nobody else, and had no error", () => {
    expect(foreign).toEqual([]);
    expect(faultsBesideTheLostServer()).toEqual([]);
  });
});
