import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Plugin } from "esbuild";

/*
 * esbuild cuts a bundle by files: who imports one name from a package's index reaches every file of the package, and
 * `codo --help` would load an HTTP client. This plugin lets imports from our packages' indexes lead straight to the
 * files that the names come from. It reads the indexes themselves, which by house rule have nothing but
 * `export { names } from "./file.js"`, or from the index of the contract.
 */

const OWN_PACKAGE = "@codo\\/ollama-(?:contract|node-kit|core|config|output|runner|bench)";
const IMPORT = new RegExp(`import\\s*\\{([^}]*)\\}\\s*from\\s*"(${OWN_PACKAGE})";`, "g");
const EXPORT = /export\s+(?:type\s+)?\{([^}]*)\}\s*from\s*"(\.\/[^"]+|@codo\/ollama-contract)";/g;

/** Makes named imports from our packages direct. */
export function directImports(packagesFolder: string): Plugin {
  const indexes = new Map<string, Map<string, string>>();
  const fileOf = (packageName: string, name: string): string => {
    const folder = join(packagesFolder, packageName.replace("@codo/ollama-", ""), "src");
    let names = indexes.get(packageName);
    if (names === undefined) {
      names = readIndex(folder);
      indexes.set(packageName, names);
    }
    const file = names.get(name);
    if (file === undefined) throw new Error(`${packageName} exports no "${name}".`);
    if (!file.startsWith(".")) return fileOf(file, name);
    return join(folder, file);
  };
  return {
    name: "direct-imports",
    setup(build) {
      build.onLoad({ filter: /packages[\\/][^\\/]+[\\/]src[\\/].*\.ts$/ }, ({ path }) => {
        const text = readFileSync(path, "utf8");
        const contents = text.replace(IMPORT, (_, names: string, packageName: string) =>
          splitNames(names)
            // A type is nothing to load, yet its import would hold on to the file.
            .filter(({ clause }) => !clause.startsWith("type "))
            .map(
              ({ imported, clause }) => `import { ${clause} } from ${JSON.stringify(fileOf(packageName, imported))};`,
            )
            .join(""),
        );
        return { contents, loader: "ts", resolveDir: dirname(path) };
      });
    },
  };
}

function readIndex(folder: string): Map<string, string> {
  const names = new Map<string, string>();
  for (const [, list = "", file = ""] of readFileSync(join(folder, "index.ts"), "utf8").matchAll(EXPORT)) {
    for (const { imported } of splitNames(list)) names.set(imported, file.replace(/\.js$/, ".ts"));
  }
  return names;
}

function splitNames(list: string): { imported: string; clause: string }[] {
  return list
    .split(",")
    .map((clause) => clause.trim())
    .filter((clause) => clause !== "")
    .map((clause) => ({ imported: clause.replace(/^type\s+/, "").replace(/\s+as\s+.*$/, ""), clause }));
}
