import { defineConfig } from "tsup";
import { base } from "../../tsup.config.base.ts";

/** File by file: whoever bundles the error class does not take the schemas along. */
export default defineConfig({ ...base, entry: ["src/**/*.ts", "!src/**/*.{test,test-d}.ts"], bundle: false });
