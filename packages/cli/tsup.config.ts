import { defineConfig } from "tsup";
import { base } from "../../tsup.config.base.ts";

/** What is optional, and found when it is asked for. */
const OPTIONAL = ["@codo/ollama-engine", "@codo/ollama-queue", "@codo/ollama-ui", /^@modelcontextprotocol\/sdk\//];

/*
 * The executable is one minified bundle, cut where commands are loaded: a command costs the start of Node and its own
 * part, and nothing is looked for in node_modules. It is CommonJS, because to start the loader of ES modules takes a
 * fifth of the start of Node 20. Only the engine, the queue,
 * the page and the SDK of MCP stay outside: they are optional, and bring native code, the clients of databases, files of
 * their own and 29 MB.
 */
export default defineConfig([
  { ...base, external: OPTIONAL },
  {
    ...base,
    entry: ["src/codo.ts"],
    format: ["cjs"],
    // With this option tsup makes CommonJS by Rollup; without it by a compiler that lowers the syntax.
    treeshake: true,
    minify: true,
    sourcemap: false,
    // What is inside, for the licences of others (scripts/write-notices.js).
    metafile: true,
    clean: false,
    noExternal: [/^(?!@codo\/ollama-(engine|queue|ui)$|@modelcontextprotocol\/sdk\/)/],
    external: OPTIONAL,
    esbuildOptions(options) {
      // From the sources, so that each command takes along only what it uses; the ESM form of a library is the one that bundles.
      options.conditions = ["@codo/source", "node", "import", "module", "default"];
      options.mainFields = ["module", "main"];
      // An `import()` of a part becomes a `require`, which Node 20.19 also has for ES modules such as the engine.
      options.supported = { "dynamic-import": false };
      // The library of this name, with which yargs lays out help, makes an Intl.Segmenter when it is loaded; ours does not.
      options.alias = { "string-width": "./src/terminal/string-width-default.ts" };
    },
  },
]);
