import { builtinModules } from "node:module";
import type { Plugin } from "esbuild";

const BUILTIN = new RegExp(`^(?:node:)?(?:${builtinModules.filter((name) => !name.startsWith("_")).join("|")})$`);

/** Modules that the start of Node has loaded anyway. */
const LOADED = new Set(["events", "fs", "path", "process", "url", "util"]);

/**
 * Gets Node's own modules when one of their functions is called. What a command imports is more than what it uses: a
 * list of models hashes nothing and starts no process, and loading `crypto`, `child_process` and `fs/promises` for it
 * would be a third of the start of Node. Classes and constants are taken at once, functions by a function.
 */
export function lateBuiltins(): Plugin {
  return {
    name: "late-builtins",
    setup(build) {
      build.onResolve({ filter: BUILTIN }, ({ path, kind, namespace }) => {
        const name = path.replace(/^node:/, "");
        const isLate = kind === "import-statement" && namespace !== "builtin" && !LOADED.has(name);
        return isLate
          ? { path: name, namespace: "builtin", sideEffects: false }
          : { path: `node:${name}`, external: true };
      });
      build.onLoad({ filter: /.*/, namespace: "builtin" }, ({ path }) => ({ contents: describeModule(path) }));
    },
  };
}

function describeModule(name: string): string {
  const load = `require("node:${name}")`;
  const members = Object.entries(process.getBuiltinModule(`node:${name}`) as object);
  const lines = members
    .filter(([member]) => /^[A-Za-z]\w*$/.test(member) && member !== "default")
    .map(([member, value]) =>
      isPlainFunction(member, value)
        ? `const late_${member} = (...args) => ${load}.${member}(...args); export { late_${member} as ${member} };`
        : `const early_${member} = /* @__PURE__ */ (() => ${load}.${member})(); export { early_${member} as ${member} };`,
    );
  const whole = `export default /* @__PURE__ */ new Proxy({}, { get: (_, member) => ${load}[member] });`;
  return [...lines, whole].join("\n");
}

function isPlainFunction(member: string, value: unknown): boolean {
  return typeof value === "function" && /^[a-z]/.test(member);
}
