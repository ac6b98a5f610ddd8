import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { freePort, startTestServer, type TestServer } from "@codo/test-utils";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type CliHome, createHome } from "./support/cli-harness.js";

/** What a terminal would obey: colour, title, clipboard, C1 forms, turned text, overwriting. */
const EVIL = "x\u001b[31m\u001b]0;owned\u0007\u001b]52;c;ZQ==\u001b\\\u009b2J\u009d0;t\u009c\u202etxt\u2066\rz\b";
const RANGES = "\\u0000-\\u0008\\u000b-\\u001f\\u007f-\\u009f\\u202a-\\u202e\\u2066-\\u2069";
const OBEYED = new RegExp(`[${RANGES}]`);
const FORMULA = '=HYPERLINK("http://evil.example","x")';
const MARKUP = "|[a](http://evil.example)<img src=x>";

let server: TestServer;
let home: CliHome;
let report: string;

/** A server all of whose texts are hostile. */
async function startHostile(): Promise<TestServer> {
  const model = {
    name: `m${EVIL}`,
    model: `m${EVIL}`,
    size: 5,
    digest: `d${EVIL}`,
    modified_at: "2026-01-01T00:00:00Z",
  };
  const details = { format: EVIL, family: EVIL, families: [EVIL], parameter_size: EVIL, quantization_level: EVIL };
  const shown = {
    license: EVIL,
    modelfile: EVIL,
    parameters: EVIL,
    template: EVIL,
    system: EVIL,
    capabilities: [EVIL],
  };
  return await startTestServer((request, response) => {
    request.resume().on("end", () => {
      const json = (value: unknown, status = 200) => response.writeHead(status).end(`${JSON.stringify(value)}\n`);
      if (request.url === "/api/version") return json({ version: `0.33.0${EVIL}` });
      if (request.url === "/api/tags") return json({ models: [{ ...model, details }] });
      if (request.url === "/api/ps") return json({ models: [{ ...model, details, size_vram: 1, expires_at: EVIL }] });
      if (request.url === "/api/show") return json({ ...shown, details, model_info: { [`k${EVIL}`]: EVIL } });
      if (request.url === "/api/pull") return json({ error: EVIL });
      if (request.url === "/api/create")
        return response.end(`${JSON.stringify({ status: EVIL })}\n{"status":"success"}\n`);
      if (request.url === "/api/generate" || request.url === "/api/chat") {
        const message = { role: "assistant", content: EVIL, thinking: EVIL };
        return json({ model: "m", response: EVIL, message, done: true, done_reason: `stop${EVIL}` });
      }
      return json({ error: `refused ${EVIL}` }, 400);
    });
  });
}

beforeAll(async () => {
  server = await startHostile();
  home = await createHome(server.url);
  await mkdir(join(home.folder, `f${EVIL.replaceAll("\u0000", "")}`));
  await writeFile(join(home.folder, "Modelfile"), "FROM m\n");
  await home.codo(["run", "-m", "m", `a prompt ${EVIL}`, "--tag", `t${EVIL}`]);
  await home.codo(["run", "-m", "m", FORMULA]);
  report = join(home.folder, "report.json");
  const golden = JSON.parse(await readFile(new URL("./golden/bench-report.json", import.meta.url), "utf8"));
  const name = golden.models[0].name as string;
  const spoilt = JSON.stringify(golden).replaceAll(JSON.stringify(name), JSON.stringify(`${FORMULA}${EVIL}${MARKUP}`));
  await writeFile(report, spoilt);
}, 120_000);

afterAll(async () => {
  await server?.stop();
});

const DOORS: string[][] = [
  ["run", "-m", "m", "hi"],
  ["run", "-m", `m${EVIL}`, "hi", "--verbose"],
  ["run", "--preset", EVIL, "-m", "m", "hi"],
  ["run", "-m", "m", "hi", "-o", `${EVIL}=1`],
  ["run", "-m", "m", "hi", "--image", `f${EVIL}`],
  ["embed", "-m", "m", "hi"],
  ["models", "list"],
  ["models", "ps"],
  ["models", "show", "m"],
  ["models", "stats"],
  ["models", "pull", "m"],
  ["models", "rm", EVIL],
  ["models", "cp", EVIL, EVIL],
  ["models", "create", "mine"],
  ["models", "create", "mine", "-f", EVIL],
  ["models", "load", EVIL],
  ["models", "update"],
  ["server", "status"],
  ["doctor"],
  ["outputs", "list"],
  ["outputs", "show", "last"],
  ["outputs", "show"],
  ["outputs", "show", EVIL],
  ["outputs", "show", "-r"],
  ["outputs", "search", "prompt"],
  ["outputs", "path", "--output-dir", `f${EVIL}`],
  ["outputs", "path", EVIL],
  ["outputs", "rm", EVIL],
  ["outputs", "list", "--tag", EVIL, "--kind", EVIL],
  ["outputs", "export", EVIL],
  ["config", "get", EVIL],
  ["config", "set", EVIL, EVIL],
  ["config", "set", "defaultModel", EVIL],
  ["config", "get", "defaultModel"],
  ["config", "list"],
  ["config", "explain", "defaultModel"],
  ["config", "unset", "defaultModel"],
  ["config", "export", `f${EVIL}.json`],
  ["config", "import", EVIL],
  ["config", "list", "--config", EVIL],
  ["config", "path", "--config", EVIL],
  ["completion", EVIL],
  ["trust", EVIL],
  ["trust", "--remove", EVIL],
  ["report", EVIL],
  ["compare", EVIL, "other", "-p", "x"],
  ["batch", EVIL],
  ["bench", "-m", EVIL, "--trials", "1"],
  [EVIL],
  ["run", `--${EVIL}`],
  ["models", EVIL],
  ["models", "list", "--host", EVIL],
  ["models", "list", `--host=http://127.0.0.1:${await freePort()}/${EVIL}`],
];

describe.each([
  ["as text", [] as string[], {} as NodeJS.ProcessEnv],
  ["as JSON", ["--json"], {}],
])("%s no text reaches a terminal as something to obey", (_how, extra, env) => {
  it.each(DOORS)(
    "codo %s %s %s",
    async (...line) => {
      const { stdout, stderr } = await home.codo([...line, ...extra], { env });
      expect(stdout).not.toMatch(OBEYED);
      expect(stderr).not.toMatch(OBEYED);
      expect(stdout + stderr).not.toBe("");
    },
    30_000,
  );
});

it("with colour only the sequences of codo itself are written", async () => {
  for (const line of [
    ["models", "list"],
    ["outputs", "show", "last"],
    ["models", "show", "m"],
    ["run", `--${EVIL}`],
  ]) {
    const { stdout, stderr } = await home.codo(line, { env: { FORCE_COLOR: "1" } });
    const own = new RegExp(`${"\\u001b"}\\[(?:1|2|22|31|32|33|36|39)m`, "g");
    expect((stdout + stderr).replace(own, "")).not.toMatch(OBEYED);
  }
});

it("--raw is the one way through, and only for answers", async () => {
  expect((await home.codo(["run", "-m", "m", "hi", "--raw"])).stdout).toContain(EVIL);
  expect((await home.codo(["outputs", "show", "-r", "--raw"])).stdout).toContain(EVIL);
});

describe("a report with hostile names", () => {
  it.each([["text"], ["markdown"], ["html"], ["csv"], ["json"], ["junit"]])("as %s", async (format) => {
    const { stdout, stderr, status } = await home.codo(["report", report, "--format", format]);
    expect(stderr).toBe("");
    expect([0, 3]).toContain(status);
    expect(stdout.replaceAll("\r\n", "\n")).not.toMatch(OBEYED);
    if (format === "csv") expect(stdout).toMatch(/^"'=HYPERLINK/m);
    if (format === "csv") expect(stdout).not.toMatch(/^"?=/m);
    if (format === "markdown") {
      expect(stdout).not.toContain("<img");
      expect(stdout).not.toContain("[a](");
      expect(stdout).toContain("\\|\\[a\\]");
    }
    if (format === "html" || format === "junit") expect(stdout).not.toContain("<img src=x>");
    const file = join(home.folder, `report.${format}`);
    await home.codo(["report", report, "--format", format, "--output", file]);
    if (format !== "json" && format !== "text") {
      expect((await readFile(file, "utf8")).replaceAll("\r\n", "\n")).not.toMatch(OBEYED);
    }
  });
});

describe("exported results", () => {
  it.each([["csv"], ["md"]])("as %s hold nothing to obey and no formulas", async (ending) => {
    const file = join(home.folder, `all.${ending}`);
    const { status, stderr } = await home.codo(["outputs", "export", file]);
    expect(status, stderr).toBe(0);
    const text = await readFile(file, "utf8");
    expect(text.replaceAll("\r\n", "\n")).not.toMatch(OBEYED);
    if (ending === "csv") expect(text).toContain("\"'=HYPERLINK");
  });
});
