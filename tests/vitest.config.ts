import { codoProject } from "../vitest.project.ts";

export default codoProject("tests", {
  include: ["**/*.test.ts", "../examples/*/src/*.test.ts"],
  testTimeout: 120_000,
});
