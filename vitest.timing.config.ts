import { defineConfig } from "vitest/config";
import { codoProject } from "./vitest.project.ts";

// Tests that measure time: apart from the suite, one after the other, on a machine that does nothing else.
export default defineConfig({
  test: {
    projects: [codoProject("timing", { include: ["packages/*/tests/**/*.timing.ts"], fileParallelism: false })],
  },
});
