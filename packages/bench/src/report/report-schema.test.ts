import { readFileSync } from "node:fs";
import { toJsonSchema } from "@valibot/to-json-schema";
import { describe, expect, it } from "vitest";
import { benchReportSchema, parseReport } from "./report-schema.js";

describe("the report's schema", () => {
  it("is published as JSON Schema, up to date (pnpm --filter @codo/ollama-bench schema)", () => {
    const published = JSON.parse(readFileSync(new URL("../../schema/bench-report.json", import.meta.url), "utf8"));
    expect(published).toEqual({
      ...JSON.parse(JSON.stringify(toJsonSchema(benchReportSchema, { errorMode: "ignore" }))),
      title: published.title,
    });
  });

  it("says where a file is not a report", () => {
    expect(() => parseReport("{")).toThrow(/not JSON/);
    expect(() => parseReport({ schema: "codo.ollama-bench/report", schemaVersion: 2 })).toThrow(
      /schemaVersion 2, and this version reads 1/,
    );
  });
});
