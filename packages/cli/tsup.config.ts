import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { defineConfig } from "tsup";
import { base } from "../../tsup.config.base.ts";
import { directImports } from "./build-plugins/direct-imports.ts";
import { gatherChunks } from "./build-plugins/gather-chunks.ts";
import { lateBuiltins } from "./build-plugins/late-builtins.ts";

const ENGINE = "@codo/ollama-engine";
const folder = import.meta.dirname;
const CUT = resolve(folder, "node_modules/.cache/codo-cut");

/*
 * The executable is minified, with what it needs, and cut where commands are loaded: a command costs the start of Node
 * and its own part, and nothing is looked for in node_modules. Only the engine stays outside: it is optional, and
 * brings native code.
 */
export default defineConfig([
  { ...base, external: [ENGINE] },
  {
    ...base,
    entry: ["src/codo.ts"],
    outDir: CUT,
    minify: true,
    sourcemap: false,
    noExternal: [/^(?!@codo\/ollama-engine$)/],
    external: [ENGINE],
    esbuildPlugins: [directImports(resolve(folder, "..")), lateBuiltins()],
    esbuildOptions(options) {
      // From the sources each command takes along only the files that it uses; the ESM form of a library is the one that bundles.
      options.conditions = ["@codo/source", "node", "import", "module", "default"];
      options.alias = { "string-width": resolve(folder, "src/terminal/string-width-default.ts") };
      options.mainFields = ["module", "main"];
      options.legalComments = "none";
    },
    async onSuccess() {
      // kerberos is asked for by a library where a proxy wants it, and told to be installed.
      await gatherChunks(CUT, resolve(folder, "dist"), [ENGINE, "kerberos"]);
      // The page that is asked for most is made now; codo.ts shows it where the width is the usual one.
      const env = { ...process.env, COLUMNS: "80", NO_COLOR: "1" };
      const { stdout } = spawnSync(process.execPath, [resolve(folder, "bin/codo.js"), "--help"], { env });
      writeFileSync(resolve(folder, "dist/help-80.txt"), stdout);
    },
  },
]);
