import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { launchBrowser } from "@codo/test-utils/browser";
import { needsTools } from "@codo/test-utils/tools";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  type BenchReport,
  createModelComparison,
  parseReport,
  type RequestRecord,
  renderReport,
} from "../src/index.js";
import { startScriptedServer } from "./start-scripted-server.js";

let report: BenchReport;
const requests: RequestRecord[] = [];
let folder: string;
let page: string;

beforeAll(async () => {
  await using server = await startScriptedServer({ prefillMs: 5, tokenMs: 1, tokens: 4 });
  report = await createModelComparison(
    server.executor,
    ["scripted", "other"],
    ["What is <b>bold</b>?", "b"],
    {},
    {
      trials: 5,
      requests: 4,
      load: [{ type: "sync" }, { type: "concurrency", level: 4 }],
      depths: [32, 64],
      slo: ["p50(ttft_ms) <= 0.001"],
      checks: [{ name: "t1", type: "contains", text: "t1" }],
      onRequest: (record) => requests.push(record),
    },
  );
  // What a model says must never become part of the page.
  const [first, second] = report.outputs ?? [];
  if (first?.answers[0])
    first.answers[0].text = '<script>fetch("http://127.0.0.1:9/stolen")</script><img src="http://127.0.0.1:9/x">';
  if (first) first.isSame = false;
  if (second) second.isSame = true;
  folder = await mkdtemp(join(tmpdir(), "codo-report-"));
  page = join(folder, "report.html");
  await writeFile(page, renderReport(report, "html", { requests }));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

describe("the HTML report in a real browser", () => {
  needsTools("chromium");

  it("opens from disk without an error and asks the network for nothing", async () => {
    await using browser = await launchBrowser();
    const tab = await browser.newPage();
    const problems: string[] = [];
    const asked: string[] = [];
    tab.on("console", (message) => problems.push(message.text()));
    tab.on("pageerror", (error) => problems.push(error.message));
    tab.on("request", (request) => asked.push(request.url()));
    await tab.goto(pathToFileURL(page).href);
    expect(problems).toEqual([]);
    expect(asked.filter((url) => !url.startsWith("file:") && !url.startsWith("data:"))).toEqual([]);
    await expect(tab.title()).resolves.toBe("Benchmark: scripted, other");
  });

  it("has the right number of marks, a table behind every chart, and the verdict first", async () => {
    await using browser = await launchBrowser();
    const tab = await browser.newPage();
    await tab.goto(pathToFileURL(page).href);
    const measured = requests.filter(({ phase }) => phase === "measured");
    expect(await tab.locator("g.request").count()).toBe(measured.length);
    // A distribution has a line and a median for each model; throughput and depth have a line for each model.
    const distributions = tab.locator("figure", { has: tab.locator("h3", { hasText: "ttft_ms · chat/sync" }) }).first();
    expect(await distributions.locator("path.line").count()).toBe(2);
    const histogram = tab.locator("figure", { has: tab.locator("h3", { hasText: "ttft_ms · chat/sync · histogram" }) });
    const counts = await histogram.first().locator("tbody td:nth-child(n + 3)").allTextContents();
    const scenarioId = (await histogram.first().locator("h3").textContent())?.split(" · ")[1];
    const counted = measured.filter((one) => one.scenarioId === scenarioId && one.error === undefined);
    expect(counts.reduce((sum, count) => sum + Number(count), 0)).toBe(counted.length);
    const depth = tab.locator("figure", { hasText: "prefill_tps by context depth" });
    expect(await depth.locator("path.line").count()).toBe(4);
    expect(await depth.locator("circle.dot").count()).toBe(8);
    const figures = await tab.locator("figure").count();
    expect(await tab.locator("figure > details table").count()).toBe(figures);
    expect(await tab.locator("main > section").first().getAttribute("id")).toBe("verdict");
    await expect(tab.locator(".verdicts li").first().textContent()).resolves.toContain("violated");
  });

  it("shows only what differs when asked to, and model output as text", async () => {
    await using browser = await launchBrowser();
    const tab = await browser.newPage();
    await tab.goto(pathToFileURL(page).href);
    const visible = tab.locator("article.output:visible");
    const all = await visible.count();
    await tab.getByLabel("different only").check();
    const different = report.outputs?.filter(({ isSame }) => !isSame).length ?? 0;
    expect(await visible.count()).toBe(different);
    expect(different).toBeLessThan(all);
    await expect(tab.locator("article.output pre").first().textContent()).resolves.toContain("<script>fetch");
    expect(await tab.locator("article.output img, article.output script").count()).toBe(0);
  });

  it("is readable in the dark and on a narrow screen", async () => {
    await using browser = await launchBrowser();
    const tab = await browser.newPage({ colorScheme: "dark", viewport: { width: 400, height: 800 } });
    await tab.goto(pathToFileURL(page).href);
    const [background, overflow] = await tab.evaluate(
      () =>
        [getComputedStyle(document.body).backgroundColor, document.documentElement.scrollWidth - innerWidth] as const,
    );
    expect(background).toBe("rgb(22, 23, 27)");
    expect(overflow).toBeLessThanOrEqual(0);
  });
});

describe("the page of a report without its requests", () => {
  const titles = (html: string): string[] =>
    [...html.matchAll(/<h3[^>]*>([^<]*)<\/h3>/g)].map(([, title = ""]) => title);

  it("has the same charts of latencies, and says what only the requests would show", () => {
    const whole = renderReport(report, "html", { requests });
    const saved = renderReport(parseReport(renderReport(report, "json")), "html");
    const latencies = (html: string): string[] => titles(html).filter((title) => /^(ttft|tpot|e2e)_ms · /.test(title));
    expect(latencies(whole)).toHaveLength(36);
    expect(latencies(saved)).toEqual(latencies(whole));
    expect(saved).toContain("The requests in time are not drawn: the requests themselves are not here.");
    expect(saved).toContain("A measurement with --journal writes them down.");
    expect(whole).not.toContain("are not drawn");
  });

  it("of an earlier version says that there are no distributions, and which file has them", () => {
    const { latencies: _, ...earlier } = report;
    const page = renderReport(parseReport({ ...earlier, requestsFile: "/there/run.jsonl" }), "html");
    expect(page).toContain("How the latencies are distributed and the requests in time are not drawn");
    expect(page).toContain("Keep run.jsonl beside the report.");
  });
});

describe("the other formats", () => {
  it("text has the verdict first and the numbers in aligned columns", () => {
    const text = renderReport(report, "text");
    expect(text.split("\n")[0]).toMatch(/violated/);
    expect(text).toMatch(/^metric +p50 +95 % interval/m);
    expect(text).toMatch(/effective parallelism \d/);
  });

  it("text uses the columns that a terminal has", () => {
    const prose = (columns: number) =>
      renderReport(report, "text", { columns })
        .split("\n")
        .filter((line) => /^!/.test(line))
        .map((line) => line.length);
    expect(Math.max(...prose(80))).toBeLessThanOrEqual(80);
    expect(Math.max(...prose(200))).toBeGreaterThan(100);
    expect(Math.max(...prose(200))).toBeLessThanOrEqual(200);
  });

  it.each(["text", "markdown", "html"] as const)("%s says of one trial that it is one", (format) => {
    const once = report.aggregates.map((aggregate) => ({ ...aggregate, trials: 1 }));
    expect(renderReport({ ...report, aggregates: once }, format)).toMatch(/in 1 trial(?!s)/);
  });

  it("markdown has a table for each model and scenario", () => {
    expect(renderReport(report, "markdown").match(/^\| metric \|/gm)).toHaveLength(report.aggregates.length);
  });

  it("csv has as many cells in each row", () => {
    const rows = renderReport(report, "csv").trimEnd().split("\r\n");
    expect(new Set(rows.map((row) => row.split(",").length))).toEqual(new Set([18]));
  });

  it("junit fails for violated objectives and escapes what it quotes", () => {
    const xml = renderReport(report, "junit");
    expect(xml.match(/ is violated: /g)).toHaveLength(12);
    // On a busy machine one of the two may also be found worse than the other.
    expect(xml).toContain(`<testsuites name="codo bench" tests="37" failures="${xml.match(/<failure /g)?.length}"`);
    expect(xml).toContain("p50(ttft_ms) &lt;= 0.001");
  });

  it("json is the report", () => {
    expect(parseReport(renderReport(report, "json"))).toEqual(JSON.parse(JSON.stringify(report)));
  });

  it("an unknown format is named with the ones there are", () => {
    expect(() => renderReport(report, "pdf" as never)).toThrow(/Choose text, markdown/);
  });
});
