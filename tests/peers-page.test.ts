import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
// @ts-expect-error: scripts have no declarations
import { renderPage } from "../scripts/peers/page.js";

const page = join(import.meta.dirname, "../docs/peers.md");

it("the page of the clients says what was measured (vitest -u writes it anew)", async () => {
  const result = JSON.parse(await readFile(page.replace(/md$/, "json"), "utf8"));
  await expect(renderPage(result)).toMatchFileSnapshot(page);
});
