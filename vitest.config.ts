import { defineConfig } from "vitest/config";
import { UntestedReporter } from "./scripts/untested-reporter.ts";

// CI counts from a file what passed, failed and was skipped.
const { CODO_TEST_REPORT } = process.env;
const counted: ["json", { outputFile: string }][] =
  CODO_TEST_REPORT === undefined ? [] : [["json", { outputFile: CODO_TEST_REPORT }]];

export default defineConfig({
  test: {
    reporters: ["default", ...counted, new UntestedReporter()],
    projects: ["packages/*/vitest.config.ts", "tests/vitest.config.ts"],
  },
});
