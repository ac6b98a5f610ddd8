export type { ConformanceCase, ExecutorUnderTest, MakeExecutor, ModelScript } from "./testing/conformance-case.js";
export { testExecutor } from "./testing/test-executor.js";
