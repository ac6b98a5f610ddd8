import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { apiRoutes } from "./api-routes.js";

it("docs/ui-api.md describes every address, and no other", () => {
  const none = {} as never;
  const { routes } = apiRoutes({ manager: none, output: none, config: none, journals: "." });
  const page = readFileSync(new URL("../../../../docs/ui-api.md", import.meta.url), "utf8");
  const described = [...page.matchAll(/^### `(\w+ \S+)`$/gm)].map(([, address]) =>
    address?.replace(/\/(ID|NAME|KEY)(?=\/|$)/, "/:id"),
  );
  expect(described.toSorted()).toEqual(routes.map(({ method, path }) => `${method} ${path}`).toSorted());
});
