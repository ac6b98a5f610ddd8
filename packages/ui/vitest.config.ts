import { codoProject } from "../../vitest.project.ts";

export default codoProject("ui");
