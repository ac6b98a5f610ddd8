/** The arrows of docs/architecture.md, enforced. */
const PACKAGES = "^packages/(contract|node-kit|core|config|output|runner|bench|engine|queue|ui|cli)/src";
const TEST = "(\\.test\\.ts$|\\.test-d\\.ts$|/tests/|/testing/)";

/** @param {string} name @param {string[]} allowed */
const onlyReaches = (name, allowed) => ({
  name: `${name}-reaches-${allowed.join("-and-") || "nobody"}`,
  comment: `packages/${name} may depend on ${allowed.join(", ") || "no other own package"} only.`,
  severity: "error",
  from: { path: `^packages/${name}/src`, pathNot: TEST },
  to: { path: PACKAGES, pathNot: `^packages/(${[name, ...allowed].join("|")})/src` },
});

module.exports = {
  forbidden: [
    {
      name: "no-cycles",
      severity: "error",
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ["type-only", "dynamic-import"] } },
    },
    onlyReaches("contract", []),
    onlyReaches("node-kit", ["contract"]),
    onlyReaches("core", ["contract", "node-kit"]),
    onlyReaches("config", ["contract", "node-kit"]),
    onlyReaches("output", ["contract", "node-kit"]),
    onlyReaches("runner", ["contract", "node-kit", "core"]),
    onlyReaches("bench", ["contract", "node-kit", "runner"]),
    onlyReaches("engine", ["contract", "node-kit"]),
    onlyReaches("queue", ["contract", "node-kit", "runner"]),
    onlyReaches("ui", ["contract", "config", "output", "runner", "bench"]),
    {
      name: "runner-reaches-core-for-hosts-only",
      comment: "A pool of addresses makes clients; everything else in the runner needs an executor and no HTTP.",
      severity: "error",
      from: { path: "^packages/runner/src", pathNot: ["^packages/runner/src/hosts/", TEST] },
      to: { path: "^packages/core/src" },
    },
    {
      name: "only-through-the-index",
      comment: "A package depends on another package's contract, never on its files.",
      severity: "error",
      from: { path: "^packages/([^/]+)/" },
      to: {
        path: "^packages/([^/]+)/src/",
        pathNot: [
          "^packages/$1/",
          "^packages/[^/]+/src/(index|client|tracing|browser|postgres|redis|tools|executor-kit|batch-kit|testing/index|testing)\\.ts$",
        ],
      },
    },
    {
      name: "opentelemetry-for-tracing-only",
      comment: "It is optional: only who imports `@codo/ollama-core/tracing` loads it.",
      severity: "error",
      from: { path: PACKAGES, pathNot: ["^packages/core/src/tracing", TEST] },
      to: { path: ["@opentelemetry", "^packages/core/src/tracing"] },
    },
    {
      name: "no-test-code-in-sources",
      severity: "error",
      from: { path: PACKAGES, pathNot: TEST },
      to: { path: ["\\.test\\.ts$", "^packages/test-utils"] },
    },
  ],
  options: {
    tsConfig: { fileName: "tsconfig.json" },
    tsPreCompilationDeps: "specify",
    doNotFollow: { path: "node_modules" },
    exclude: { path: "(^|/)dist/" },
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["@codo/source", "import", "node", "default", "types"],
      extensions: [".ts", ".js"],
    },
  },
};
