import { codoProject } from "../../vitest.project.ts";

export default codoProject("node-kit");
