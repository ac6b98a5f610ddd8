import { tmpdir } from "node:os";
import { join } from "node:path";
import { defineProject, type UserWorkspaceConfig } from "vitest/config";

/** The settings of every test project. `@codo/source` makes own packages resolve to their sources, without a build. */
export function codoProject(name: string, overrides: UserWorkspaceConfig["test"] = {}): UserWorkspaceConfig {
  return defineProject({
    resolve: { conditions: ["@codo/source", "node", "import", "default"] },
    ssr: { resolve: { conditions: ["@codo/source", "node", "import", "default"] } },
    test: {
      name,
      environment: "node",
      include: ["src/**/*.test.ts", "tests/**/*.test.ts"],
      testTimeout: 30_000,
      hookTimeout: 60_000,
      // Engines that tests start must not find the models of whoever runs them, let alone change them.
      env: { OLLAMA_MODELS: join(tmpdir(), `codo-test-models-${process.pid}`) },
      ...overrides,
    },
  });
}
