import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { expect, it } from "vitest";
import * as bench from "../packages/bench/src/index.js";
import * as config from "../packages/config/src/index.js";
import * as core from "../packages/core/src/index.js";
import * as output from "../packages/output/src/index.js";
import * as runner from "../packages/runner/src/index.js";

// The official client is a package of core's tests.
const { resolve } = createRequire(join(import.meta.dirname, "../packages/core/package.json"));
const { Ollama } = (await import(resolve("ollama"))) as { Ollama: { prototype: object } };
const page = await readFile("docs/moving-over.md", "utf8");
const [, official = "", python = ""] = page.split(/^## /m);
const rowsOf = (section: string): string[][] =>
  [...section.matchAll(/^\| `?([\w.]+)`? \| `?([\w.]+)`? \|/gm)].map(([, from = "", to = ""]) => [from, to]);

/** The methods of a class and of what it extends. */
function methodsOf(prototype: object): string[] {
  const parent: object | null = Object.getPrototypeOf(prototype);
  const inherited = parent === null || parent === Object.prototype ? [] : methodsOf(parent);
  return [...new Set([...Object.getOwnPropertyNames(prototype), ...inherited])].filter(
    (name) => name !== "constructor",
  );
}

it("the page names every method of the official client, and ours have them", () => {
  const rows = rowsOf(official).slice(1);
  expect(rows.map(([from]) => from).sort()).toEqual(methodsOf(Ollama.prototype).sort());
  const ours = methodsOf(core.OllamaClient.prototype);
  for (const [, to] of rows) if (to !== "none") expect(ours).toContain(to);
});

it("every type name of the official client is one of ours", async () => {
  const types = await readFile(join(dirname(resolve("ollama")), "browser.d.ts"), "utf8");
  const names = [...(types.split("export {").at(-1) ?? "").matchAll(/type (\w+)/g)].map(([, name]) => name);
  expect(names.length).toBeGreaterThan(40);
  const report = await readFile("packages/core/api/index.api.md", "utf8");
  for (const name of names) expect(report, name).toMatch(new RegExp(`export (interface|type|\\{) ?${name}\\b`));
});

it("what the page names in place of the Python module's names is there", () => {
  const packages: Record<string, unknown> = { ...bench, ...config, ...core, ...output, ...runner };
  const rows = rowsOf(python).slice(1);
  expect(rows).toHaveLength(36);
  for (const [from = "", to = ""] of rows) {
    const camel = from.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
    expect(camel.endsWith(to)).toBe(true);
    const [name = "", method] = to.split(".");
    const value = packages[name] as { prototype: Record<string, unknown> };
    expect(typeof (method === undefined ? value : value.prototype[method]), to).toBe("function");
  }
});
