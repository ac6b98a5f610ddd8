import { defineConfig } from "tsup";
import { base } from "../../tsup.config.base.ts";

export default defineConfig([
  { ...base, entry: ["src/index.ts", "src/command-line.ts"] },
  // A tool of this repository, and no part of the package (see "files").
  { ...base, entry: { conformance: "tests/conformance/main.ts" }, clean: false },
  {
    ...base,
    entry: {
      "inference-process": "src/inference/worker/inference-process.ts",
      "grammar-worker": "src/grammar/worker/grammar-worker.ts",
    },
    clean: false,
    // Starts once per model: it takes along the little that it needs of the contract instead of loading all of it.
    noExternal: ["@codo/ollama-contract"],
    splitting: false,
    treeshake: true,
  },
]);
