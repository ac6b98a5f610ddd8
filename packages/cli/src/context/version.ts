import manifest from "../../package.json" with { type: "json" };

/** The version of `codo`. */
export const VERSION: string = manifest.version;
