import { codoProject } from "../../vitest.project.ts";

// These tests measure time. They run after all others, one file at a time, so that nothing else uses the processors.
export default codoProject("bench", { fileParallelism: false, sequence: { groupOrder: 1 } });
