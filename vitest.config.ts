import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";
import { UntestedReporter } from "./scripts/untested-reporter.ts";

// CI counts from a file what passed, failed and was skipped.
const { CODO_TEST_REPORT } = process.env;
const counted: ["json", { outputFile: string }][] =
  CODO_TEST_REPORT === undefined ? [] : [["json", { outputFile: CODO_TEST_REPORT }]];

export default defineConfig({
  test: {
    reporters: ["default", ...counted, new UntestedReporter()],
    // Tests mostly wait, for a process or for a server: two files at a time, also where there are only two processors.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    projects: ["packages/*/vitest.config.ts", "tests/vitest.config.ts"],
  },
});
