import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

const ROOT = join(import.meta.dirname, "..");
const SOURCE = /`([a-z-]+\/src\/[\w./-]+|packages\/[\w./-]+|docs\/[\w./-]+|scripts\/[\w./-]+)`/g;
const LINK = /\]\((?!https?:|#|mailto:)([^)#\s]+)(?:#[^)]*)?\)/g;

const pages = [
  ...["README.md", "CONTRIBUTING.md", "SECURITY.md"],
  ...readdirSync(join(ROOT, "docs")).flatMap((name) => (name.endsWith(".md") ? [`docs/${name}`] : [])),
  ...readdirSync(join(ROOT, "packages")).map((name) => `packages/${name}/README.md`),
].filter((page) => existsSync(join(ROOT, page)));

describe("the pages", () => {
  it("are found", () => {
    expect(pages.length).toBeGreaterThan(15);
  });

  it.each(pages)("%s names files that exist, in its text and in its links", (page) => {
    const text = readFileSync(join(ROOT, page), "utf8");
    const named = [...text.matchAll(SOURCE)].map(([, path]) => path ?? "");
    const missing = named.filter((path) => !existsSync(join(ROOT, path)) && !existsSync(join(ROOT, "packages", path)));
    const links = [...text.matchAll(LINK)].map(([, path]) => path ?? "");
    const dead = links.filter((path) => !existsSync(join(ROOT, page, "..", path)));
    expect({ missing, dead }).toEqual({ missing: [], dead: [] });
  });
});
