import { expect, it } from "vitest";
import { runSettingEntries, scalarEntries } from "../src/index.js";
import { parametersPage } from "./parameters-page.js";

it("docs/parameters.md is what the schemas say (`vitest -u` brings it up to date)", async () => {
  const page = parametersPage();
  for (const key of [...Object.keys(scalarEntries), ...Object.keys(runSettingEntries)])
    expect(page).toContain(`| \`${key}\``);
  await expect(page).toMatchFileSnapshot("../../../docs/parameters.md");
});
