import { codoProject } from "../../vitest.project.ts";

// Each test drives a browser through a dozen steps. A limit is for what hangs; on a busy machine a step takes seconds.
export default codoProject("ui", {
  testTimeout: 180_000,
  hookTimeout: 180_000,
  expect: { poll: { timeout: 60_000 } },
});
