import { builtinModules } from "node:module";
import type { Plugin } from "esbuild";

const BUILTIN = new RegExp(`^(?:node:)?(?:${builtinModules.filter((name) => !name.startsWith("_")).join("|")})$`);

/**
 * Gets Node's own modules without the ESM loader. To import one, it copies every export, and so sets off what they load
 * only when they are used: `import "node:util"` alone is a fifth of the start of Node 20.
 */
export function plainBuiltins(): Plugin {
  return {
    name: "plain-builtins",
    setup(build) {
      build.onResolve({ filter: BUILTIN }, ({ path, kind }) =>
        kind === "import-statement"
          ? { path: path.replace(/^node:/, ""), namespace: "builtin", sideEffects: false }
          : undefined,
      );
      build.onLoad({ filter: /.*/, namespace: "builtin" }, ({ path }) => ({
        contents: `module.exports = process.getBuiltinModule("node:${path}");`,
      }));
    },
  };
}
