import { readFile } from "node:fs/promises";
import { expect, it } from "vitest";

const ROOT = new URL("../", import.meta.url);
const THREATS = ["A folder that you open", "A server", "A model's answer", "A client of the engine"];

it("SECURITY.md names tests that are there, for every one of whom it speaks", async () => {
  const page = await readFile(new URL("SECURITY.md", ROOT), "utf8");
  const sections = page.split(/^### /m).slice(1);
  expect(sections.map((section) => section.split("\n")[0])).toEqual([...THREATS, "Another user of the machine"]);
  for (const section of sections) {
    const named = [...section.matchAll(/^ {2}- `([^`]+)`: (.+)$/gm)];
    expect(named.length, section).toBeGreaterThan(0);
    for (const [, file = "", names = ""] of named) {
      const source = await readFile(new URL(file, ROOT), "utf8");
      for (const [, name = ""] of names.matchAll(/"([^"]+)"/g)) expect(source, file).toContain(name);
    }
  }
});
