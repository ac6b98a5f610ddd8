import { tmpdir } from "node:os";
import { join } from "node:path";
import { defineProject, type UserWorkspaceConfig } from "vitest/config";

/**
 * Node and Vite add `import` or `require` themselves, by how a module is asked for. Named here, `import` would reach Node's
 * `require` too, and a package with both would give it a module where it expects a class.
 */
const CONDITIONS = ["@codo/source", "node"];

/** The settings of every test project. `@codo/source` makes own packages resolve to their sources, without a build. */
export function codoProject(name: string, overrides: UserWorkspaceConfig["test"] = {}): UserWorkspaceConfig {
  return defineProject({
    resolve: { conditions: CONDITIONS },
    ssr: { resolve: { conditions: CONDITIONS } },
    test: {
      name,
      environment: "node",
      include: ["src/**/*.test.ts", "tests/**/*.test.ts"],
      // Long, because a busy machine is slow: what hangs is found all the same.
      testTimeout: 60_000,
      hookTimeout: 120_000,
      // What a test waits for comes in milliseconds, but on a busy machine not within the one second that is the default.
      expect: { poll: { timeout: 20_000 } },
      // Engines that tests start must not find the models of whoever runs them, let alone change them.
      env: { OLLAMA_MODELS: join(tmpdir(), `codo-test-models-${process.pid}`) },
      ...overrides,
    },
  });
}
