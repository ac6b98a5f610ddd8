import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { OutputManager } from "@codo/ollama-output";
import { freePort } from "@codo/test-utils";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type CliHome, createHome, ended } from "./support/cli-harness.js";

const SLOW = 120_000;
let home: CliHome;
let store: OutputManager;
let first: string;
let second: string;

async function save(prompt: string): Promise<string> {
  const { id } = (await store.getOutput(await store.saveModelOutput("m", prompt, "an answer"))) ?? {};
  return id ?? "";
}

beforeAll(async () => {
  home = await createHome(`127.0.0.1:${await freePort()}`);
  store = new OutputManager((await home.codo(["outputs", "path"])).stdout.trim());
  first = await save("first");
  second = await save("second");
}, SLOW);

afterAll(() => store.close());

async function json(...args: string[]): Promise<unknown> {
  const { stdout, stderr, status } = await home.codo(["outputs", ...args, "--json"]);
  expect(status, stderr).toBe(0);
  return JSON.parse(stdout);
}

describe("codo outputs edit-tags", () => {
  it("adds, removes and sets tags, which list and search follow", { timeout: SLOW }, async () => {
    expect(await json("edit-tags", first, second, "--add", "good,checked", "--add", "grün")).toEqual({
      edited: [
        { id: first, tags: ["checked", "good", "grün"] },
        { id: second, tags: ["checked", "good", "grün"] },
      ],
      missing: [],
    });
    expect(await json("list", "--tag", "grün")).toMatchObject({ items: [{ id: second }, { id: first }] });
    const { stderr } = await home.codo(["outputs", "edit-tags", first, "--remove", "good,grün"]);
    expect(stderr).toBe(`${first}: checked\n`);
    expect(await json("search", "answer", "--tag", "good")).toMatchObject({ items: [{ id: second }], total: 1 });
    expect(await json("edit-tags", second, "--set", "")).toMatchObject({ edited: [{ id: second, tags: [] }] });
    expect(await json("list", "--tag", "checked")).toMatchObject({ items: [{ id: first }] });
  });

  it("loses none of what several processes add at once", { timeout: SLOW }, async () => {
    const id = await save("many");
    const tags = ["a", "b", "c", "d", "e"];
    await Promise.all(tags.map((tag) => json("edit-tags", id, "--add", tag)));
    expect(await json("show", id)).toMatchObject({ tags });
  });

  it("says what is missing", { timeout: SLOW }, async () => {
    const nothing = await home.codo(["outputs", "edit-tags", first]);
    expect(nothing.status).toBe(2);
    expect(nothing.stderr).toContain("--add good,checked");
    const absent = await home.codo(["outputs", "edit-tags", "01JDAB0000000000000000000A", first, "--add", "x"]);
    expect(absent.status).toBe(1);
    expect(absent.stderr).toContain("There is no result 01JDAB0000000000000000000A.");
    expect(await json("list", "--tag", "x")).toMatchObject({ items: [{ id: first }] });
  });
});

describe("codo outputs pin and unpin", () => {
  it("keep a result through a clean-up, and let go of it", { timeout: SLOW }, async () => {
    const id = await save("pinned");
    expect(await json("pin", id)).toEqual({ pinned: [id], missing: [] });
    await json("clean", "--count", "0");
    expect(await json("list")).toMatchObject({ items: [{ id, pinned: true }] });
    expect(await json("unpin", id)).toEqual({ unpinned: [id], missing: [] });
    await json("clean", "--count", "0");
    expect(await json("list")).toEqual({ items: [] });
    expect((await home.codo(["outputs", "pin", id])).status).toBe(1);
  });
});

describe("codo outputs import", () => {
  it("takes what export wrote, once, from a file or a pipe", { timeout: SLOW }, async () => {
    const ids = [await save("one"), await save("two")];
    await json("edit-tags", ids[0] ?? "", "--add", "kept");
    await json("pin", ids[1] ?? "");
    await json("export", "all.jsonl");
    const other = await createHome(home.env.OLLAMA_HOST);
    const file = join(home.folder, "all.jsonl");
    const bytes = await readFile(file);
    const piped = await other.codo(["outputs", "import", "-", "--json"], { stdin: bytes });
    expect(JSON.parse(piped.stdout)).toEqual({ imported: 2, skipped: 0, unreadable: [] });
    const again = await other.codo(["outputs", "import", file]);
    expect([again.status, again.stderr]).toEqual([0, "0 imported, 2 were there already.\n"]);
    const { stdout } = await other.codo(["outputs", "list", "--json"]);
    expect(JSON.parse(stdout).items).toMatchObject([
      { id: ids[1], pinned: true, tags: [] },
      { id: ids[0], pinned: false, tags: ["kept"] },
    ]);
  });

  it("names a damaged line with its number, and loses nothing else", { timeout: SLOW }, async () => {
    const other = await createHome(home.env.OLLAMA_HOST);
    const lines = (await readFile(join(home.folder, "all.jsonl"), "utf8")).trimEnd().split("\n");
    const file = join(other.folder, "damaged.jsonl");
    await writeFile(file, `${lines[0]}\n${lines[0]?.slice(0, 40)}\n${lines[1]}\n`);
    const { status, stderr } = await other.codo(["outputs", "import", file]);
    expect(status).toBe(1);
    expect(stderr).toContain("2 imported, 0 were there already.");
    expect(stderr).toContain(`${file}:2`);
    const utf16 = await other.codo(["outputs", "import", "-"], {
      stdin: Buffer.from(`\uFEFF${lines[0]}\n`, "utf16le"),
    });
    expect([utf16.status, utf16.stderr]).toEqual([0, "0 imported, 1 were there already.\n"]);
    const missing = await other.codo(["outputs", "import", "nowhere.jsonl"]);
    expect([missing.status, missing.stderr.split("\n")[0]]).toEqual([2, "codo: There is no file nowhere.jsonl."]);
  });
});

describe("codo outputs export -", () => {
  it("writes every format to stdout, and import reads it", { timeout: SLOW }, async () => {
    const jsonl = await home.codo(["outputs", "export", "-", "--json"]);
    expect([jsonl.status, jsonl.stderr]).toEqual([0, ""]);
    expect(jsonl.stdout).toBe(await readFile(join(home.folder, "all.jsonl"), "utf8"));
    const other = await createHome(home.env.OLLAMA_HOST);
    const imported = await other.codo(["outputs", "import", "-", "--json"], { stdin: jsonl.stdout });
    expect(JSON.parse(imported.stdout)).toMatchObject({ imported: 2 });
    const csv = await home.codo(["outputs", "export", "-", "--format", "csv", "--tag", "kept"]);
    expect(csv.stdout.split("\r\n")).toEqual([expect.stringMatching(/^id,kind,model,/), expect.any(String), ""]);
    expect((await home.codo(["outputs", "export", "-", "--format", "markdown"])).stdout).toMatch(/^# Saved outputs\n/);
    expect((await home.codo(["outputs", "export", "-", "--format", "csv", "--json"])).status).toBe(2);
  });

  it("ends quietly when its reader has left", { timeout: SLOW }, async () => {
    // More than a pipe holds.
    for (let i = 0; i < 40; i++) await store.saveModelOutput("m", `long ${i}`, "x".repeat(20_000));
    const child = home.start(["outputs", "export", "-"]);
    child.stdin?.end();
    child.stdout?.once("data", () => child.stdout?.destroy());
    const { stderr, status } = await ended(child);
    expect([stderr, status]).toEqual(["", 0]);
  });
});
