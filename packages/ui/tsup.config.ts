import { defineConfig } from "tsup";
import { base } from "../../tsup.config.base.ts";

// The page is Vite's, in `dist/page`; it is built after this.
export default defineConfig(base);
