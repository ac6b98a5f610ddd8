import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { defineConfig } from "tsup";
import { base } from "../../tsup.config.base.ts";
import { directImports } from "./build-plugins/direct-imports.ts";
import { plainBuiltins } from "./build-plugins/plain-builtins.ts";

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
  esbuildPlugins: [directImports(resolve(import.meta.dirname, "..")), plainBuiltins()],
  esbuildOptions(options) {
    // From the sources each command takes along only the files that it uses; the ESM form of a library is the one that bundles.
    options.conditions = ["@codo/source", "node", "import", "module", "default"];
    options.alias = { "string-width": resolve(import.meta.dirname, "src/terminal/string-width-default.ts") };
    options.mainFields = ["module", "main"];
    options.legalComments = "none";
  },
  async onSuccess() {
    // The page that is asked for most is made now; codo.ts shows it where the width is the usual one.
    const env = { ...process.env, COLUMNS: "80", NO_COLOR: "1" };
    const { stdout } = spawnSync(process.execPath, [resolve(import.meta.dirname, "bin/codo.js"), "--help"], { env });
    writeFileSync(resolve(import.meta.dirname, "dist/help-80.txt"), stdout);
  },
  banner: {
    js: 'const require = (id) => process.getBuiltinModule("node:module").createRequire(import.meta.url)(id);',
  },
});
