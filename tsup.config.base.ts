import type { Options } from "tsup";

/** What every package's build shares: ESM for Node 20, declarations come from `tsc` (see the build scripts). */
export const base: Options = {
  entry: ["src/index.ts"],
  format: ["esm"],
  target: "node20.19",
  platform: "node",
  splitting: true,
  sourcemap: true,
  clean: true,
  dts: false,
  // Deno and bundlers tell Node's own modules by the prefix.
  removeNodeProtocol: false,
};
