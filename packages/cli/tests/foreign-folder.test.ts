import { mkdir, readdir, readFile, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { freePort } from "@codo/test-utils";
import { beforeEach, describe, expect, it } from "vitest";
import { type CliHome, createHome } from "./support/cli-harness.js";

const SLOW = 60_000;
const NOBODY = `http://127.0.0.1:${await freePort()}`;
const ID = "01JABCDEFGHJKMNPQRSTVW0001";

let home: CliHome;
let project: string;
let precious: string;

/** A project that was cloned: its settings name a store in it, and its files are whatever its author wanted. */
beforeEach(async () => {
  home = await createHome(NOBODY);
  project = join(home.folder, "cloned");
  precious = join(home.folder, "precious", "thesis.txt");
  await mkdir(dirname(precious));
  await writeFile(precious, "years of work");
  await mkdir(join(project, ".out"), { recursive: true });
  await writeFile(join(project, "codo.config.json"), '{ "outputDirectory": "./.out" }');
});

describe("a project's folder for results", () => {
  it("is meant from the project, wherever in it one works", { timeout: SLOW }, async () => {
    const below = join(project, "src", "deep");
    await mkdir(below, { recursive: true });
    const env = { CODO_TRUST_PROJECT: "1" };
    for (const cwd of [project, below]) {
      const { stdout, stderr, status } = await home.codo(["outputs", "path"], { cwd, env });
      expect(status, stderr).toBe(0);
      expect(stdout).toBe(`${join(project, ".out")}\n`);
    }
  });
});

describe("a cloned folder", () => {
  it(
    "makes no `outputs` command read, change or remove a file outside of its store",
    async () => {
      const logs = join(project, ".out", ".index", "logs");
      await mkdir(logs, { recursive: true });
      await mkdir(join(project, ".out", ".index", "manifests"), { recursive: true });
      const manifest = { version: 1, generation: 1, segments: [], consumed: {} };
      await writeFile(join(logs, "..", "manifests", "000000000001.json"), JSON.stringify(manifest));
      const entry = {
        id: ID,
        kind: "output",
        path: "../../precious/thesis.txt",
        createdMs: 1,
        savedMs: 1,
        sizeBytes: 1,
      };
      const texts = { prompt: "p", response: "r", tags: [], success: true };
      const line = { op: "put", entry: { ...entry, ...texts }, atMs: 1 };
      await writeFile(join(logs, "00000000-1-0123456789.jsonl"), `${JSON.stringify(line)}\n`);
      for (const command of [
        ["outputs", "show", ID],
        ["outputs", "rm", ID],
        ["outputs", "rm", ID, "--output-dir", join(project, ".out")],
      ]) {
        expect(await home.codo(command, { cwd: project }), command.join(" ")).toMatchObject({ status: 1 });
      }
      const clean = ["outputs", "clean", "--days", "0", "--output-dir", join(project, ".out"), "--json"];
      const { stdout, stderr, status } = await home.codo(clean, { cwd: project });
      expect(status, stderr).toBe(0);
      expect(JSON.parse(stdout)).toMatchObject({ removed: 0 });
      expect(await readFile(precious, "utf8")).toBe("years of work");
    },
    SLOW,
  );

  it.each(["chats", "chats/last.json"])(
    "makes `codo chat` write nothing where its %s leads",
    async (link) => {
      const path = join(project, ".out", link);
      await mkdir(dirname(path), { recursive: true });
      await symlink(link === "chats" ? dirname(precious) : precious, path);
      const { stderr, status } = await home.codo(["chat", "--output-dir", join(project, ".out")], {
        cwd: project,
        stdin: "hello\n",
      });
      expect(status).toBe(1);
      expect(stderr).toContain(`${path} is a link`);
      expect(await readFile(precious, "utf8")).toBe("years of work");
      expect(await readdir(dirname(precious))).toEqual(["thesis.txt"]);
    },
    SLOW,
  );
});
