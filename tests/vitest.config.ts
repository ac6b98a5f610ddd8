import { codoProject } from "../vitest.project.ts";

export default codoProject("tests", { include: ["**/*.test.ts"], testTimeout: 120_000 });
