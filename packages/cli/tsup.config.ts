import { defineConfig } from "tsup";
import { base } from "../../tsup.config.base.ts";

/*
 * The executable is one minified bundle with what it needs, cut where commands are loaded: a command then costs the
 * start of Node and its own part, and nothing is looked for in node_modules. Only the engine stays outside: it is
 * optional, and brings native code.
 */
export default defineConfig({
  ...base,
  entry: ["src/index.ts", "src/codo.ts"],
  minify: true,
  sourcemap: false,
  noExternal: [/^(?!@codo\/ollama-engine$)/],
  external: ["@codo/ollama-engine"],
  esbuildOptions(options) {
    // From the sources each command takes along only the files that it uses; the ESM form of a library is the one that bundles.
    options.conditions = ["@codo/source", "node", "import", "module", "default"];
    options.mainFields = ["module", "main"];
    options.legalComments = "none";
  },
  banner: {
    js: 'import { createRequire as codoRequire } from "node:module"; const require = codoRequire(import.meta.url);',
  },
});
